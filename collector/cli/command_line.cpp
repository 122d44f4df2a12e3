#include "collector/cli/command_line.hpp"

#include "base/text.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "collector/worklist/state.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace assay::cli {
namespace {

// The command line while it is described and read. Each `add_*` describes one command; `chosen` is set by what was
// parsed.
class Reader {
  public:
    Reader() : app_("Asks a collector, judges inventories, decodes evidence. docs: man assay.", "assay") {
        app_.set_version_flag("--version", ASSAY_VERSION);
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.set_help_all_flag("--help-all", "Help of every command");
        CLI::Option* as_json = app_.add_flag("--json", json_, "JSON, with the API's field names");
        app_.add_flag("--csv", csv_, "CSV, every column")->excludes(as_json);
        app_.add_flag("--no-colour", invocation_.no_colour, "No colours, also on a terminal");
        const std::string collector = "Collector";
        app_.add_option("--server", invocation_.given.flags.server, "https://host:port of the collector's operator API")
            ->group(collector);
        app_.add_option("--ca", invocation_.given.flags.ca, "PEM file of the CA that vouches for it")->group(collector);
        app_.add_option("--token-file", invocation_.given.flags.token_file, "File that holds the operator's token")
            ->group(collector);
        app_.add_option(
                "--server-name", invocation_.given.flags.server_name, "Name in its certificate, when it is another"
        )
            ->group(collector);
        app_.add_option(
                "--config", invocation_.given.config,
                "assay.toml with these; else $ASSAY_CONFIG, else ~/.config/assay/config.toml"
        )
            ->group(collector);
        add_overview();
        add_devices();
        add_components();
        add_findings();
        add_conflicts();
        add_unknown();
        add_worklist();
        add_changes();
        add_packs();
        add_enrolments();
        add_trust();
        add_reference();
        add_bundle();
        add_verify();
        add_import();
        add_attempts();
        add_explain();
        add_policy();
        add_inventory();
        add_inspect();
    }

    std::variant<Invocation, NoInvocation> read(std::vector<std::string> arguments) {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
        const std::string first = arguments.empty() ? std::string() : arguments.back();
        try {
            app_.parse(std::move(arguments));
        } catch (const CLI::Success& success) {
            return NoInvocation{Exit::done, help_or_version(success)};
        } catch (const CLI::ParseError& error) {
            return NoInvocation{Exit::usage, complaint(error, first)};
        }
        invocation_.format = json_ ? Format::json : (csv_ ? Format::csv : Format::table);
        if (const auto problem = chosen_()) return NoInvocation{Exit::usage, "assay: " + *problem + "\n"};
        return std::move(invocation_);
    }

  private:
    using Problem = std::optional<std::string>;

    std::string help_or_version(const CLI::Success& success) {
        if (dynamic_cast<const CLI::CallForVersion*>(&success) != nullptr) return "assay " ASSAY_VERSION "\n";
        if (dynamic_cast<const CLI::CallForAllHelp*>(&success) != nullptr)
            return app_.help("", CLI::AppFormatMode::All);
        return app_.help();
    }

    std::string complaint(const CLI::ParseError& error, const std::string& first) {
        std::string out = "assay: " + printable(error.what()) + "\n";
        std::vector<std::string> names;
        for (const CLI::App* command : app_.get_subcommands({})) names.push_back(command->get_name());
        if (!first.empty() && !first.starts_with('-') && std::find(names.begin(), names.end(), first) == names.end()) {
            if (const std::string near = nearest_word(first, names); !near.empty())
                out += "Did you mean " + near + "?\n";
        }
        return out + "assay --help and assay COMMAND --help say more.\n";
    }

    // The command to run when `app` is the innermost one that was given.
    void choose(CLI::App* app, std::function<Problem()> make) {
        app->parse_complete_callback([this, app, make = std::move(make)] {
            if (app->get_subcommands().empty()) chosen_ = make;
        });
    }
    template <class T>
    Problem take(const std::shared_ptr<T>& command) {
        invocation_.command = *command;
        return std::nullopt;
    }

    static void add_filters(CLI::App* app, Filters& filters, std::string_view which) {
        const auto has = [which](char c) { return which.find(c) != std::string_view::npos; };
        if (has('v'))
            app->add_option("--vendor", filters.vendor, "Vendor's number: 19e5, or pci:19e5, usb:05c6, mac:48435a");
        if (has('e')) app->add_option("--entity", filters.entity, "Id of an entity in the packs");
        if (has('a')) app->add_option("--authority", filters.authority, "Authority of a list, as packs spell it");
        if (has('s')) app->add_option("--site", filters.site, "Site");
        if (has('k')) app->add_option("--kind", filters.kind, "Kind of component: pci_function, usb_device, ...");
        if (has('t')) app->add_option("--state", filters.state, "State");
        if (has('c')) app->add_option("--changed-since", filters.changed_since, "Day, or time in RFC 3339");
        if (has('o')) app->add_option("--sort", filters.sort, "Order, as the manual lists them; -name: the other way");
        app->add_option("--limit", filters.limit, "At most so many")->check(CLI::Range(1, 1'000'000));
    }

    void add_overview() {
        auto command = std::make_shared<Overview>();
        CLI::App* app = app_.add_subcommand("overview", "Devices by state, findings by authority, as small charts");
        choose(app, [this, command] { return take(command); });
    }

    void add_devices() {
        struct Options {
            ListDevices list;
            ShowDevice show;
            PlaceDevice place;
            bool modules = false;
            bool firmware = false;
        };
        auto options = std::make_shared<Options>();
        CLI::App* app = app_.add_subcommand("devices", "The fleet; with ID, one device");
        app->add_option("ID", options->show.device, "Device id, its beginning, or the device's name");
        app->add_flag("--why", options->show.why, "Each check in order: passed, failed, not appraised, and what to do");
        app->add_flag("--modules", options->modules, "Its loaded kernel modules: file, hash, whom the signature names")
            ->excludes("--why");
        app->add_flag("--firmware", options->firmware, "Firmware files that its drivers name or asked for")
            ->excludes("--why", "--modules");
        app->add_option("--set-site", options->place.site, "Puts the device at this site");
        app->add_option("--set-role", options->place.role, "Gives the device this role");
        add_filters(app, options->list.filters, "veasktco");
        choose(app, [this, options]() -> Problem {
            const bool places = options->place.site || options->place.role;
            if (options->show.device.empty()) {
                if (places || options->show.why || options->modules || options->firmware)
                    return "--why, --modules, --firmware, --set-site and --set-role are for one device: name it";
                invocation_.command = options->list;
            } else if (options->modules && !places) {
                invocation_.command = ShowModules{options->show.device};
            } else if (options->firmware && !places) {
                invocation_.command = ShowFirmware{options->show.device};
            } else if (places) {
                options->place.device = options->show.device;
                invocation_.command = options->place;
            } else {
                invocation_.command = options->show;
            }
            return std::nullopt;
        });
    }

    void add_components() {
        auto command = std::make_shared<ListComponents>();
        CLI::App* app = app_.add_subcommand("components", "What the devices are made of");
        app->add_option("--device", command->device, "Only of this device");
        add_filters(app, command->filters, "veaskc");
        choose(app, [this, command] { return take(command); });
    }

    void add_findings() {
        auto command = std::make_shared<ListFindings>();
        CLI::App* app = app_.add_subcommand("findings", "Parts that a list names, and by which rule");
        app->add_option("--device", command->device, "Only of this device");
        app->add_flag("--why", command->why, "The whole chain of each, in sentences");
        add_filters(app, command->filters, "veaskc");
        choose(app, [this, command] { return take(command); });
    }

    void add_conflicts() {
        auto command = std::make_shared<ListConflicts>();
        CLI::App* app = app_.add_subcommand("conflicts", "Parts whose statements name two companies; to be looked at");
        app->add_option("--device", command->device, "Only of this device");
        app->add_option(
            "--rule", command->rule, "pci_name, usb_name, memory_name, transceiver_name, board_name, mac_maker"
        );
        app->add_flag("--why", command->why, "Both statements of each, in sentences");
        add_filters(app, command->filters, "vskc");
        choose(app, [this, command] { return take(command); });
    }

    void add_unknown() {
        auto command = std::make_shared<ListUnknown>();
        CLI::App* app = app_.add_subcommand("unknown", "Numbers of parts that nobody is known to hold: not clean");
        app->add_option("--device", command->device, "Only of this device");
        app->add_option("--registry", command->registry, "pci, usb, mac, ...");
        app->add_option("--reason", command->reason, "not_registered, reserved, local, no_snapshot");
        add_filters(app, command->filters, "sc");
        choose(app, [this, command] { return take(command); });
    }

    void add_worklist() {
        struct Options {
            ListWorklist list;
            MoveItems move;
            std::string items;
        };
        auto options = std::make_shared<Options>();
        CLI::App* app =
            app_.add_subcommand("worklist", "What is to be done; with ITEM, one item; with ACTION, its next step");
        std::string actions;
        for (const worklist::Action action : worklist::all_actions())
            actions += (actions.empty() ? "" : ", ") + std::string(name(action));
        app->add_option("ITEM", options->items, "Number of an item; several for an action, with commas");
        app->add_option("ACTION", options->move.action, actions);
        app->add_option("--note", options->move.note, "What you state; needed by most actions");
        app->add_option("--date", options->move.date, "plan: the day; except: the last day");
        app->add_option("--device", options->list.device, "Only of this device");
        app->add_flag("--all", options->list.all, "Closed, excepted and dismissed items too");
        add_filters(app, options->list.filters, "veasktco");
        choose(app, [this, options]() -> Problem {
            if (options->items.empty()) {
                invocation_.command = options->list;
            } else if (options->move.action.empty()) {
                invocation_.command = ShowItem{options->items};
            } else {
                if (!worklist::action_named(options->move.action)) return unknown_action(options->move.action);
                options->move.items = CLI::detail::split(options->items, ',');
                invocation_.command = options->move;
            }
            return std::nullopt;
        });
    }

    void add_changes() {
        auto command = std::make_shared<ListChanges>();
        command->filters.limit = 100;
        CLI::App* app = app_.add_subcommand("changes", "What happened to devices and items, the newest first");
        app->add_option("--device", command->device, "Only of this device");
        add_filters(app, command->filters, "sc");
        choose(app, [this, command] { return take(command); });
    }

    static std::string unknown_action(const std::string& word) {
        std::vector<std::string_view> words;
        for (const worklist::Action action : worklist::all_actions()) words.push_back(name(action));
        const std::string near = nearest_word(word, words);
        return printable(word) + " is no action" + (near.empty() ? std::string() : "; did you mean " + near + "?");
    }

    void add_packs() {
        auto command = std::make_shared<ListPacks>();
        choose(app_.add_subcommand("packs", "The policy packs in force"), [this, command] { return take(command); });
    }

    void add_enrolments() {
        auto list = std::make_shared<ListEnrolments>();
        auto decide = std::make_shared<DecideEnrolments>();
        CLI::App* app = app_.add_subcommand(
            "enrolments", "Who was enrolled, how far it is vouched for, and who waits (--state waiting)"
        );
        add_filters(app, list->filters, "st");
        choose(app, [this, list] { return take(list); });
        for (const bool approve : {true, false}) {
            CLI::App* one = approve ? app->add_subcommand("approve", "Lets a waiting device in")
                                    : app->add_subcommand("reject", "Refuses a waiting device");
            one->add_option("ID", decide->devices, "Device ids or their beginnings")->required();
            one->add_option("--note", decide->note, "Why: what was checked")->required();
            choose(one, [this, decide, approve]() -> Problem {
                decide->approve = approve;
                return take(decide);
            });
        }
    }

    void add_trust() {
        CLI::App* app = app_.add_subcommand("trust", "CAs of TPM vendors");
        app->require_subcommand(1);
        auto add = std::make_shared<TrustAdd>();
        CLI::App* adding = app->add_subcommand("add", "Trusts CA certificates (PEM)");
        adding->add_option("FILE", add->files, "PEM files")->required();
        adding->add_option("--note", add->note, "Where they come from");
        choose(adding, [this, add] { return take(add); });
        auto list = std::make_shared<TrustList>();
        choose(app->add_subcommand("list", "What was added"), [this, list] { return take(list); });
        auto remove = std::make_shared<TrustRemove>();
        CLI::App* removing = app->add_subcommand("remove", "Takes one back");
        removing->add_option("SHA256", remove->sha256, "As `trust list --json` shows it")->required();
        choose(removing, [this, remove] { return take(remove); });
    }

    void add_reference() {
        CLI::App* app = app_.add_subcommand("reference", "Reference Values: which boots are accepted");
        app->require_subcommand(1);
        auto list = std::make_shared<ListReferences>();
        CLI::App* listing = app->add_subcommand("list", "All of them, or those in one state");
        listing->add_option("--state", list->state, "draft, approved or retired");
        choose(listing, [this, list] { return take(list); });
        auto show = std::make_shared<ShowReference>();
        CLI::App* showing = app->add_subcommand("show", "One of them, whole, as JSON");
        showing->add_option("SHA256", show->reference, "The beginning of its SHA-256")->required();
        showing->add_flag("--document", show->document, "The bytes that its SHA-256 is of, to be signed");
        choose(showing, [this, show] { return take(show); });
        auto learn = std::make_shared<LearnReference>();
        CLI::App* learning = app->add_subcommand("learn", "Makes a draft of what a device that you trust has booted");
        learning->add_option("DEVICE", learn->device, "Device id, its beginning, or the device's name")->required();
        learning->add_option("--name", learn->name, "What it is to be called");
        learning->add_option("--extend", learn->extend, "Known ones that it comes besides, by their SHA-256");
        learning->add_option("--until", learn->until, "With --extend: the last day of the values that are replaced");
        learning->add_flag("--runtime", learn->runtime, "A policy of what has run since then, instead");
        learning->add_option(
            "--runtime-policy", learn->runtime_policy, "The policy of what may run after this boot, by its SHA-256"
        );
        learning->add_option("--note", learn->note, "Why");
        choose(learning, [this, learn] { return take(learn); });
        auto add = std::make_shared<AddReference>();
        CLI::App* adding = app->add_subcommand("add", "Takes a document as a draft");
        adding->add_option("FILE", add->file, "JSON, or - for standard input")->required();
        adding->add_flag("--runtime", add->runtime, "It is a runtime policy (TOML)");
        adding->add_option("--note", add->note, "Where it comes from");
        choose(adding, [this, add] { return take(add); });
        for (const bool approve : {true, false}) {
            auto decide = std::make_shared<DecideReference>();
            CLI::App* one = approve ? app->add_subcommand("approve", "Puts a draft in force")
                                    : app->add_subcommand("retire", "Takes one out of force");
            one->add_option("SHA256", decide->reference, "The beginning of its SHA-256")->required();
            one->add_option("--note", decide->note, "Why: what was checked")->required();
            decide->approve = approve;
            if (approve) {
                one->add_option(
                    "--signature", decide->signature, "Your signature over the document: detached CMS, DER"
                );
            }
            choose(one, [this, decide] { return take(decide); });
        }
    }

    void add_bundle() {
        auto fetch = std::make_shared<FetchBundle>();
        CLI::App* app =
            app_.add_subcommand("bundle", "A device's last report and all that it was judged by, as a file");
        app->add_option("DEVICE", fetch->device, "Device id, its beginning, or the device's name")->required();
        app->add_option("--out", fetch->out, "The new file, or - for standard output")->required();
        choose(app, [this, fetch] { return take(fetch); });
    }

    void add_verify() {
        auto verify = std::make_shared<VerifyBundle>();
        CLI::App* app = app_.add_subcommand("verify", "Judges a report bundle anew, without a collector");
        app->add_option("BUNDLE", verify->file, "What `assay bundle` wrote, or - for standard input")->required();
        app->add_option(
               "--ca", verify->vendors, "A TPM vendor's CA that you trust: file of its certificate, or its SHA-256"
        )
            ->required();
        app->add_option("--collector", verify->collectors, "The same of the collector whose word you take");
        app->add_option("--reviewer", verify->reviewers, "The same of who signs what is approved");
        choose(app, [this, verify] { return take(verify); });
    }

    void add_import() {
        CLI::App* app = app_.add_subcommand("import", "Brings in what people know");
        app->require_subcommand(1);
        auto command = std::make_shared<ImportInventory>();
        CLI::App* inventory = app->add_subcommand("inventory", "The scan of a device without a TPM: declared");
        inventory->add_option("FILE", command->file, "What `assay-agent scan --json` printed, or - for standard input")
            ->required();
        inventory->add_option("--name", command->name, "The device's name; the same name again is the same device")
            ->required();
        inventory->add_option("--site", command->site, "Where it stands");
        choose(inventory, [this, command] { return take(command); });
    }

    void add_attempts() {
        auto command = std::make_shared<ListAttempts>();
        CLI::App* app = app_.add_subcommand("attempts", "What was rejected and says nothing about a device");
        app->add_option("--limit", command->limit, "At most so many, the newest first")->check(CLI::Range(1, 10'000));
        choose(app, [this, command] { return take(command); });
    }

    void add_explain() {
        auto command = std::make_shared<Explain>();
        CLI::App* app = app_.add_subcommand("explain", "What a code means and what to do; without one, all of them");
        app->add_option("CODE", command->code, "A reason, a state, a proof level");
        choose(app, [this, command] { return take(command); });
    }

    void add_policy() {
        CLI::App* app = app_.add_subcommand("policy", "Packs and what they find, without a collector");
        app->require_subcommand(1);
        auto match = std::make_shared<PolicyMatch>();
        CLI::App* matching = app->add_subcommand("match", "Judges an inventory");
        matching->add_option("--inventory", match->inventory, "What `assay-agent scan --json` printed, or -")
            ->required();
        matching->add_option("--pack", match->packs, "Packs to use; without any, those that ship");
        matching->add_option("--as-of", match->as_of, "Judged as of this day; without it, today");
        matching->add_option("--site", match->site, "Where the device stands");
        matching->add_option("--role", match->role, "What the device is for");
        matching->add_flag("--why", match->why, "The whole chain of each finding, in sentences");
        choose(matching, [this, match] { return take(match); });
        auto check = std::make_shared<PolicyCheck>();
        CLI::App* checking = app->add_subcommand("check", "Reads packs and says what is wrong, with line and column");
        checking->add_option("FILE", check->files, "Packs")->required();
        choose(checking, [this, check] { return take(check); });
    }

    void add_inventory() {
        CLI::App* app = app_.add_subcommand("inventory", "Scans of a device, without a collector");
        app->require_subcommand(1);
        auto diff = std::make_shared<DiffInventories>();
        CLI::App* comparing = app->add_subcommand("diff", "What differs between two scans; exit status as of diff");
        comparing->add_option("BEFORE", diff->before, "What `assay-agent scan --json` printed, or -")->required();
        comparing->add_option("AFTER", diff->after, "The same, later")->required();
        choose(comparing, [this, diff] { return take(diff); });
    }

    void add_inspect() {
        CLI::App* app = app_.add_subcommand("inspect", "Decodes evidence to JSON; verifies nothing");
        app->require_subcommand(1);
        for (const InspectKind& kind : inspect_kinds()) {
            auto inspect = std::make_shared<Inspect>(Inspect{std::string(kind.name), {}, false, {}});
            CLI::App* inspecting = app->add_subcommand(inspect->kind, std::string(kind.what));
            inspecting->add_option("FILE", inspect->file, "Its bytes, or - for standard input")->required();
            if (kind.option == InspectOption::pcrs) {
                inspecting->add_flag("--pcrs", inspect->pcrs, "Only the replayed PCRs: BANK INDEX HEX");
            }
            if (kind.option == InspectOption::name) {
                inspecting->add_option("--name", inspect->name, "The variable's, when the file is called otherwise");
            }
            choose(inspecting, [this, inspect] { return take(inspect); });
        }
    }

    CLI::App app_;
    Invocation invocation_{.command = Overview{}, .given = {}};
    bool json_ = false;
    bool csv_ = false;
    std::function<Problem()> chosen_;
};

}  // namespace

std::variant<Invocation, NoInvocation> parse_command_line(const std::vector<std::string>& arguments) {
    return Reader().read(arguments);
}

Exit run(const Invocation& invocation, const Context& context) {
    return std::visit([&context](const auto& command) { return run(command, context); }, invocation.command);
}

}  // namespace assay::cli
