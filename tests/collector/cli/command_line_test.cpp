#include "collector/cli/command_line.hpp"

#include <doctest/doctest.h>

namespace assay::cli {
TEST_SUITE_BEGIN("cli: command line");

template <class T>
T command(std::vector<std::string> arguments) {
    auto parsed = parse_command_line(arguments);
    if (const auto* nothing = std::get_if<NoInvocation>(&parsed)) FAIL(nothing->text);
    return std::get<T>(std::get<Invocation>(parsed).command);
}

NoInvocation refused(std::vector<std::string> arguments) {
    auto parsed = parse_command_line(arguments);
    REQUIRE(std::holds_alternative<NoInvocation>(parsed));
    return std::get<NoInvocation>(parsed);
}

TEST_CASE("each command is read into its value") {
    CHECK(command<ListDevices>({"devices", "--site", "north"}).filters.site == "north");
    CHECK(command<ShowDevice>({"devices", "ab12", "--why"}).why);
    CHECK(command<PlaceDevice>({"devices", "ab12", "--set-site", "north"}).site == "north");
    CHECK(command<ListComponents>({"components", "--vendor", "19e5"}).filters.vendor == "19e5");
    CHECK(command<ListFindings>({"findings", "--why"}).why);
    CHECK(command<ListWorklist>({"worklist", "--all"}).all);
    CHECK(command<ListWorklist>({"worklist", "--sort", "site"}).filters.sort == "site");
    CHECK(command<ListDevices>({"devices", "--sort", "-findings"}).filters.sort == "-findings");
    CHECK(command<ListChanges>({"changes", "--device", "core-1"}).device == "core-1");
    CHECK(command<ShowItem>({"worklist", "17"}).item == "17");
    const auto move = command<MoveItems>({"worklist", "17,18", "plan", "--date", "2027-01-02", "--note", "crew 4"});
    CHECK(move.items == std::vector<std::string>{"17", "18"});
    CHECK(move.action == "plan");
    CHECK(move.date == "2027-01-02");
    command<ListPacks>({"packs"});
    CHECK(command<ListEnrolments>({"enrolments", "--state", "pending"}).filters.state == "pending");
    const auto approve = command<DecideEnrolments>({"enrolments", "approve", "ab", "cd", "--note", "checked"});
    CHECK(approve.approve);
    CHECK(approve.devices.size() == 2);
    CHECK_FALSE(command<DecideEnrolments>({"enrolments", "reject", "ab", "--note", "no"}).approve);
    CHECK(command<TrustAdd>({"trust", "add", "a.pem"}).files.size() == 1);
    command<TrustList>({"trust", "list"});
    CHECK(command<TrustRemove>({"trust", "remove", "ab"}).sha256 == "ab");
    CHECK(command<ImportInventory>({"import", "inventory", "f", "--name", "n"}).name == "n");
    command<ListAttempts>({"attempts"});
    CHECK(command<Explain>({"explain", "fresh"}).code == "fresh");
    CHECK(command<PolicyMatch>({"policy", "match", "--inventory", "f", "--pack", "a", "b"}).packs.size() == 2);
    CHECK(command<PolicyCheck>({"policy", "check", "a", "b"}).files.size() == 2);
    CHECK(command<Inspect>({"inspect", "quote", "f"}).kind == "quote");
    CHECK(command<Inspect>({"inspect", "quote", "f"}).file == "f");
    CHECK(command<Inspect>({"inspect", "eventlog", "f", "--pcrs"}).pcrs);
    CHECK_FALSE(command<Inspect>({"inspect", "eventlog", "f"}).pcrs);
    CHECK(command<Inspect>({"inspect", "efivar", "f", "--name", "db"}).name == "db");
    command<Overview>({"overview"});
}

TEST_CASE("options of the whole command may stand anywhere") {
    auto parsed = parse_command_line({"devices", "--json", "--server", "https://x"});
    REQUIRE(std::holds_alternative<Invocation>(parsed));
    CHECK(std::get<Invocation>(parsed).format == Format::json);
    CHECK(std::get<Invocation>(parsed).given.flags.server == "https://x");
    parsed = parse_command_line({"--csv", "findings"});
    CHECK(std::get<Invocation>(parsed).format == Format::csv);
}

TEST_CASE("a wrong command line has status 2 and says what is wrong") {
    CHECK(refused({}).status == Exit::usage);
    CHECK(refused({"devcies"}).text.find("Did you mean devices?") != std::string::npos);
    CHECK(refused({"devices", "--sight", "x"}).status == Exit::usage);
    CHECK(refused({"inspect", "quote", "f", "--pcrs"}).status == Exit::usage);
    CHECK(refused({"worklist", "17", "remved"}).text.find("did you mean removed?") != std::string::npos);
    CHECK(refused({"worklist", "17", "absence_observed"}).status == Exit::usage);
    CHECK(refused({"enrolments", "approve", "ab"}).text.find("--note") != std::string::npos);
    CHECK(refused({"devices", "--why"}).text.find("name it") != std::string::npos);
    CHECK(refused({"devices", "--json", "--csv"}).status == Exit::usage);
    CHECK(refused({"components", "--limit", "0"}).status == Exit::usage);
    CHECK(refused({"policy"}).status == Exit::usage);
}

TEST_CASE("help and version are asked for, so they are no error") {
    CHECK(refused({"--help"}).status == Exit::done);
    CHECK(refused({"--help"}).text.find("worklist") != std::string::npos);
    CHECK(refused({"--version"}).text.starts_with("assay "));
    const NoInvocation help = refused({"worklist", "--help"});
    CHECK(help.status == Exit::done);
    CHECK(help.text.find("--note") != std::string::npos);
}

TEST_SUITE_END();
}  // namespace assay::cli
