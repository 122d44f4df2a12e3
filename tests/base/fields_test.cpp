#include "base/fields.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {
json::Value parsed(std::string_view text) {
    return json::parse(text, json::Limits{}).value();
}
}  // namespace

TEST_SUITE("fields") {
    TEST_CASE("every typed read delivers its value") {
        const auto value = parsed(
            R"({"t":"x","n":5,"b":true,"d":"2026-11-23","list":["a","b"],"o":{"k":1},"os":[{"k":2}],"h":")" +
            std::string(64, 'a') + "\"}"
        );
        Fields f(value, "doc");
        CHECK(f.text("t", 1) == "x");
        CHECK(f.number("n", 5, 5) == 5);
        CHECK(f.boolean("b"));
        CHECK(f.date_if("d")->text() == "2026-11-23");
        CHECK(f.texts("list", 2, 1).size() == 2);
        CHECK(f.object("o").number("k", 0, 9) == 1);
        CHECK(f.objects("os", 1).at(0).number("k", 0, 9) == 2);
        CHECK(f.hex32("h")[31] == 0xaa);
        CHECK(f.finish());
    }

    TEST_CASE("a key that nobody asked for is named with the nearest that was asked for, present or not") {
        const auto value = parsed(R"({"list":[{"colour":1},{"colour":2,"shape":3}]})");
        Fields f(value, "doc");
        for (Fields& one : f.objects("list", 2)) {
            one.number("colour", 0, 9);
            one.number_if("shade", 0, 9);
        }
        CHECK(f.path() == "doc");
        const auto verdict = f.finish();
        REQUIRE(!verdict);
        CHECK(verdict.error().where == "doc.list[1].shape");
        CHECK(verdict.error().what.find("did you mean \"shade\"") != std::string::npos);
    }

    TEST_CASE("a required key that is missing is told beside the one that was almost it") {
        const auto said = [](const char* json) {
            const auto value = parsed(json);
            Fields f(value, "");
            f.number_if("collected", 0, 9);
            f.object("collector");
            return f.finish().error().what;
        };
        CHECK(said(R"({"colector":{}})") == "missing; is \"colector\" meant?");
        CHECK(said(R"({"Collector":{}})") == "missing; is \"Collector\" meant?");
        CHECK(said(R"({"collected":1})") == "missing");  // a key of its own
        CHECK(said(R"({"agent":{}})") == "missing");
        CHECK(said("{}") == "missing");
        std::string many = "{\"colector\":{}";
        for (int i = 0; i < 64; ++i) many += ",\"k" + std::to_string(i) + "\":1";
        CHECK(said((many + "}").c_str()) == "missing");
    }

    TEST_CASE("each way a field can be wrong is named by its path and a stable word") {
        struct Case {
            const char* json;
            Errc code;
            const char* where;
        };
        const Case cases[] = {
            {R"({})", Errc::missing_field, "doc.o"},
            {R"({"o":[]})", Errc::wrong_type, "doc.o"},
            {R"({"o":{"n":"5"}})", Errc::wrong_type, "doc.o.n"},
            {R"({"o":{"n":10}})", Errc::out_of_range, "doc.o.n"},
            {R"({"o":{"n":9,"t":""}})", Errc::bad_value, "doc.o.t"},
            {R"({"o":{"n":9,"t":"abcd"}})", Errc::limit_exceeded, "doc.o.t"},
            {R"({"o":{"n":9,"t":"a\u0007"}})", Errc::bad_value, "doc.o.t"},
            {R"({"o":{"n":9,"t":"abc","x":1}})", Errc::unknown_field, "doc.o.x"},
            {R"({"o":{"n":9,"t":"abc"},"p":1})", Errc::unknown_field, "doc.p"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.json);
            const auto value = parsed(c.json);
            Fields f(value, "doc");
            Fields o = f.object("o");
            o.number("n", 0, 9);
            o.text("t", 3);
            const auto verdict = f.finish();
            REQUIRE(!verdict);
            CHECK(verdict.error().code == c.code);
            CHECK(verdict.error().where == c.where);
        }
    }

    TEST_CASE("an unknown key names the nearest right one") {
        const auto value = parsed(R"({"colector":"x"})");
        Fields f(value, "agent");
        f.text_if("collector", 9);
        CHECK(f.finish().error().what.find("\"collector\"") != std::string::npos);
    }

    TEST_CASE("lists longer than their limit are refused before they are read") {
        const auto value = parsed(R"({"l":[{},{},{}]})");
        Fields f(value, "doc");
        CHECK(f.objects("l", 2).empty());
        CHECK(f.finish().error().code == Errc::limit_exceeded);
    }
}
