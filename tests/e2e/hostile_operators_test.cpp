// The operator's API without a token, and with one that does not hold, on every route that docs/openapi.json describes:
// 401 and nothing else, nothing changed. The routes of a browser's session ask for no token in the header and have a
// test of their own.

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "tests/e2e/hostile.hpp"
#include "tests/support/files.hpp"

using namespace assay;
using namespace assay::test;

namespace {

struct Route {
    net::Method method;
    std::string path;
    bool takes_body;
    bool by_token = true;  // false: it signs in or out, or asks who is signed in
};

using Credential = std::optional<net::Headers::Field>;  // a header, or none

Credential authorization(std::string value) {
    return net::Headers::Field("authorization", std::move(value));
}

net::Method method_of(std::string_view lower) {
    std::string name(lower);
    for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
    return net::method_named(name).value();
}

constexpr std::string_view session_path = "/v1/session";

// Each described route, with the victim's id, or the first item, where the path has a variable.
std::vector<Route> described_routes(const std::string& device) {
    const Bytes text = read_file(std::string(ASSAY_SOURCE_DIR) + "/docs/openapi.json");
    const auto document = json::parse(as_text(text), {.max_bytes = 4U << 20U, .max_depth = 32, .max_values = 100'000});
    if (!document) throw std::runtime_error(document.error().message());
    std::vector<Route> out;
    for (const auto& [pattern, methods] : document->as_object().at("paths").as_object()) {
        std::string path(pattern);
        for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
            path.replace(at, path.find('}') - at + 1, path.starts_with("/v1/worklist/") ? "1" : device);
        }
        for (const auto& [method, operation] : methods.as_object()) {
            if (method == "parameters") continue;
            const json::Object& described = operation.as_object();
            out.push_back({method_of(method), path, described.contains("requestBody"), !described.contains("security")}
            );
        }
    }
    return out;
}

class HostileOperators : public Hostile {
  public:
    HostileOperators() : client_(operator_client()) {
        add_operator_token("expired-token-0123456789", UnixMillis{system_now().value - 1}, false);
        add_operator_token("revoked-token-0123456789", std::nullopt, true);
        add_operator_token("hourly-token-0123456789", system_now() + std::chrono::hours(1), false);
        before = dump();
    }

    net::Response ask(const Route& route, const Credential& credential, std::string_view body = "{}") {
        net::Request request;
        request.method = route.method;
        request.path = route.path;
        if (credential) request.headers.add(credential->first, credential->second);
        request.headers.add("x-assay-request", "1");  // as the dashboard's pages send it
        if (route.takes_body) {
            request.headers.add("content-type", "application/json");
            request.body = to_bytes(body);
        }
        return ask(std::move(request));
    }

    net::Response ask(net::Request request) {
        if (!connection_ || !connection_->usable()) connection_ = client_.connect().value();
        auto response = connection_->exchange(request, std::chrono::seconds(20));
        if (!response) throw std::runtime_error(request.path + ": " + response.error().message());
        if (response->close_after) connection_.reset();
        return *std::move(response);
    }

  private:
    net::Client client_;
    std::optional<net::Connection> connection_;
};

}  // namespace

TEST_SUITE("hostile operators") {
    TEST_CASE_FIXTURE(
        HostileOperators, "every route answers 401 without a token, with a wrong, an expired and a revoked one"
    ) {
        std::vector<Route> routes = described_routes(victim.id().text());
        std::erase_if(routes, [](const Route& route) { return !route.by_token; });
        CHECK(routes.size() > 20);
        // What is not described does not say whether it is there.
        routes.push_back({net::Method::get, "/v1/nothing", false});
        routes.push_back({net::Method::put, "/v1/devices", true});
        routes.push_back({net::Method::head, "/v1/devices", false});
        routes.push_back({net::Method::post, "/v1/challenge", true});
        const std::vector<Credential> credentials{
            std::nullopt,
            authorization("Bearer"),
            authorization("Bearer "),
            authorization("Bearer wrong-token-0123456789"),
            authorization("Bearer expired-token-0123456789"),
            authorization("Bearer revoked-token-0123456789"),
            authorization("Bearer " + join_token()),
            authorization("Bearer " + operator_token() + "x"),
            authorization("Basic " + operator_token()),
            authorization(operator_token()),
            net::Headers::Field("cookie", "__Host-assay=" + operator_token()),
            net::Headers::Field("cookie", "__Host-assay=" + to_base64url(Bytes(32, 1))),
        };
        for (const Route& route : routes) {
            for (const Credential& credential : credentials) {
                CAPTURE(std::string(net::name(route.method)) + " " + route.path);
                CAPTURE(credential ? credential->first + ": " + credential->second : "none");
                const net::Response refused = ask(route, credential);
                CHECK(refused.status == 401);
                CHECK(refused.headers.find("www-authenticate") != nullptr);
                if (route.method != net::Method::head) CHECK(refused.body.find("\"denied\"") != std::string::npos);
            }
        }
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(HostileOperators, "every route that reads answers the same requests with a token that holds") {
        for (const Route& route : described_routes(victim.id().text())) {
            if (route.method != net::Method::get || !route.by_token) continue;
            CAPTURE(route.path);
            // There are no Reference Values here, so one of them is not found.
            const unsigned wanted = route.path.starts_with("/v1/references/") ? 404 : 200;
            CHECK(ask(route, authorization("Bearer " + operator_token())).status == wanted);
        }
        CHECK(ask({net::Method::get, "/v1/nothing", false}, authorization("Bearer " + operator_token())).status == 404);
    }

    TEST_CASE_FIXTURE(
        HostileOperators,
        "nobody signs in with a token that does not hold or from another site, and no cookie is a session"
    ) {
        const Route sign_in{net::Method::post, std::string(session_path), true};
        const Route who{net::Method::get, std::string(session_path), false};
        const auto body_of = [](const std::string& token) { return json::compact(json::Object{{"token", token}}); };
        for (const std::string& token :
             {std::string("wrong-token-0123456789"), std::string("expired-token-0123456789"),
              std::string("revoked-token-0123456789"), join_token(), operator_token() + "x", std::string()}) {
            CAPTURE(token);
            const net::Response refused = ask(sign_in, std::nullopt, body_of(token));
            CHECK(refused.status == (token.empty() ? 400 : 401));
            CHECK(refused.headers.find("set-cookie") == nullptr);
        }
        const auto from = [&](const char* site, const char* guard) {
            net::Request request;
            request.method = sign_in.method;
            request.path = sign_in.path;
            request.headers.add("content-type", "application/json");
            if (guard != nullptr) request.headers.add("x-assay-request", guard);
            if (site != nullptr) request.headers.add("sec-fetch-site", site);
            request.body = to_bytes(body_of(operator_token()));
            return ask(std::move(request));
        };
        for (const auto& [site, guard] :
             {std::pair<const char*, const char*>{nullptr, nullptr},
              {"same-origin", nullptr},
              {"cross-site", "1"},
              {"same-site", "1"}}) {
            CAPTURE(std::string(site == nullptr ? "" : site));
            const net::Response refused = from(site, guard);
            CHECK(refused.status == 403);
            CHECK(refused.headers.find("set-cookie") == nullptr);
        }
        CHECK(ask(who, std::nullopt).status == 401);
        CHECK(ask(who, authorization("Bearer " + operator_token())).status == 401);
        CHECK(ask(who, net::Headers::Field("cookie", "__Host-assay=" + to_base64url(Bytes(32, 1)))).status == 401);
        net::Request without_header;
        without_header.method = net::Method::delete_;
        without_header.path = session_path;
        CHECK(ask(std::move(without_header)).status == 403);
        CHECK(difference(before, dump()) == "");
        CHECK(from("same-origin", "1").status == 200);
        check_alive();
    }

    TEST_CASE_FIXTURE(HostileOperators, "a token ends at its hour, also on a connection that is open") {
        const Route overview{net::Method::get, "/v1/overview", false};
        const Credential header = authorization("Bearer hourly-token-0123456789");
        CHECK(ask(overview, header).status == 200);
        for (int minutes = 0; minutes < 59; ++minutes) {  // the connection is used, and stays open
            pass(std::chrono::minutes(1));
            REQUIRE(ask(overview, header).status == 200);
        }
        pass(std::chrono::minutes(1));
        CHECK(ask(overview, header).status == 401);
        CHECK(ask(overview, authorization("Bearer " + operator_token())).status == 200);
    }
}
