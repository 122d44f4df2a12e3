#include "tests/e2e/fleet/hostile_devices.hpp"

#include "evidence/reason.hpp"
#include "tests/support/soft_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace assay::fleet {
namespace {

// Whatever runs sets window.hostile, which the walk looks for.
constexpr const char* markup[] = {
    "<img src=x onerror=window.hostile=1>",
    "</td></script><script>window.hostile=2</script>",
    "\" onmouseover=window.hostile=3 style=position:fixed;inset:0 x=\"",
    "'><svg/onload=window.hostile=4>",
    "<iframe srcdoc='<script>parent.hostile=5</script>'>",
    "{{constructor.constructor('window.hostile=6')()}}",
    "javascript:window.hostile=7",
    "<style>body{display:none}</style><base href=//evil.example/>",
    "&lt;b&gt; &#60;script&#62; %3Cscript%3E ${window.hostile=8}",
};
// C1 controls, direction overrides and isolates, marks nobody sees, a line separator, tags.
constexpr const char* direction[] = {
    "invoice\u202egnp.exe",     "\u2066a\u2069\u200fb\u200e", "\u009b31mred\u009b2J",    "zero\u200bwidth\ufeffname",
    "line\u2028break\u2029par", "\u0085next\u0090q\u009c",    "tag\U000e0041\U000e0042", "soft\u00adhy\u2060phen\u061c",
};
constexpr const char* formula[] = {
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://evil.example/\",\"more\")",
    "=1,\"=2\";=3",
};
// Control characters that a JSON text may carry escaped.
constexpr const char* control[] = {"\x1b[2J\x1b[H", "two\nlines", "tab\there", "back\b\b\bspace", "\x7f", "bell\a"};

using Source = std::function<std::string()>;

template <std::size_t size>
Source in_turn(const char* const (&texts)[size]) {
    return [&texts, at = std::size_t{0}]() mutable { return std::string(texts[at++ % size]); };
}

// As long as a text may be, and nothing to break a line at.
Source endless() {
    return [at = 0U]() mutable {
        static constexpr const char* units[] = {"W", "\u7f51", "a\u0301", "\U0001f4a3"};
        const std::string unit = units[at++ % std::size(units)];
        std::string out;
        while (out.size() + unit.size() <= 200) out += unit;
        return out;
    };
}

Component hostile_part(const std::string& key, ComponentKind kind, const Source& text) {
    Component out;
    out.key = key;
    out.kind = kind;
    for (const char* name :
         {"vendor", "product", "manufacturer", "model", "driver", "label", "version", "part_number"}) {
        out.names[name] = Reading::of(text());
    }
    out.names[text()] = Reading::unreadable(text());
    out.serial = Reading::of(text());
    out.location = {text(), text(), text()};
    out.firmware = {
        {text(), Reading::of(text()), sha256("image"), text()}, {"z" + text(), Reading::unreadable(text()), {}, text()}
    };
    std::ranges::sort(out.firmware, {}, &Firmware::name);
    return out;
}

Inventory hostile_inventory(const Source& text) {
    Inventory out;
    const std::string system_key = "0" + text();
    const std::string card_key = "1" + text();
    out.components.push_back(hostile_part(system_key, ComponentKind::system, text));
    out.components.push_back(hostile_part(card_key, ComponentKind::pci_function, text));
    out.components.back().identifiers = {
        make_identifier(Registry::pci, "19e5:1822").value(),
        make_identifier(Registry::pci_subsystem, "19e5:d136").value()
    };
    out.components.back().parent = system_key;
    out.components.push_back(hostile_part("2" + text(), ComponentKind::usb_device, text));
    out.components.back().identifiers = {make_identifier(Registry::usb, "12d1:14dc").value()};
    out.components.push_back(hostile_part("3" + text(), ComponentKind::network_interface, text));
    out.components.back().identifiers = {make_identifier(Registry::mac, "48435a000001").value()};
    out.components.back().parent = card_key;
    // Bare, as a device would name itself.
    out.components.push_back(hostile_part(text(), ComponentKind::board, text));
    out.components.push_back(hostile_part(text() + '4', ComponentKind::memory_module, text));
    out.sources = {
        {text(), SourceState::error, text(), {}},
        {"z" + text(), SourceState::denied, text(), {}},
        {"pci", SourceState::ok, "", {text()}}
    };
    normalise(out);
    return out;
}

class Attack {
  public:
    explicit Attack(const Target& target) : target_(target) {
        config_.url = net::parse_url(target.devices_url).value();
        config_.ca_pem = target.ca_pem;
        client_.emplace(net::Client::create(config_).value());
    }

    json::Object result() && { return {{"devices", std::move(devices_)}, {"refused", std::move(refused_)}}; }

    net::Connection connect() { return client_->connect().value(); }

    // A device whose every text is of this kind is enrolled and reports; its TPM's maker is called so as well.
    void accepted(const std::string& name, const Source& text, bool trusted) {
        const test::EkAuthority authority(text().substr(0, 48));
        if (trusted) trust(target_, authority);
        test::SoftDevice device(&authority);
        device.host() = {text(), text(), text(), text()};
        device.inventory() = hostile_inventory(text);
        for (const Component& one : device.inventory().components) device.placement()[one.key][text()] = text();
        device.firmware() = {{text(), text(), SourceState::absent, 0, {}}};
        device.modules() = {text(), SignatureCheck::unknown, {KernelModule{.name = text(), .problem = text()}}};
        net::Connection connection = connect();
        check(device.enrol(connection, target_.join_token), name + ": enrolment");
        check(device.report_once(connection), name + ": report");
        devices_.push_back(json::Object{{"attack", name}, {"id", device.id().text()}});
    }

    // The same, but read from a tree whose path is an attack too.
    void replayed(const std::string& name, const Source& text) {
        const test::EkAuthority authority("Hostile trees");
        trust(target_, authority);
        test::SoftDevice device(&authority);
        device.host() = {text(), text(), text(), text()};
        device.root() = text();
        device.inventory() = hostile_inventory(text);
        device.inventory().replayed = true;
        net::Connection connection = connect();
        check(device.enrol(connection, target_.join_token), name + ": enrolment");
        check(device.report_once(connection), name + ": report");
        devices_.push_back(json::Object{{"attack", name}, {"id", device.id().text()}});
    }

    void refused_at_the_door() {
        const test::EkAuthority authority("Control characters");
        trust(target_, authority);
        for (const char* text : control) {
            test::SoftDevice device(&authority);
            device.host().name = text;
            net::Connection connection = connect();
            const auto enrolled = device.enrol(connection, target_.join_token);
            if (enrolled) throw std::runtime_error("a control character in a host's name is taken");
            refused_.push_back(json::Object{{"where", "enrolment"}, {"what", enrolled.error().what}});
        }
        test::SoftDevice device(&authority);
        device.host().name = "refused";
        net::Connection connection = connect();
        check(device.enrol(connection, target_.join_token), "enrolment");
        for (const char* text : control) reports_refused(device, connection, text);
        devices_.push_back(json::Object{{"attack", "control"}, {"id", device.id().text()}});
    }

  private:
    void reports_refused(test::SoftDevice& device, net::Connection& connection, const std::string& text) {
        const Inventory good = device.inventory();
        const auto refuse = [&](const std::string& where, Reason reason) {
            const Challenge asked = device.challenge(connection).value();
            const net::Response answer =
                device.deliver(connection, device.report(asked, connection.exporter(), device.next_statement()));
            const auto said = decode_refusal(answer.body);
            if (answer.status != 422 || !said || said->reason != word(reason))
                throw std::runtime_error(fmt::format("{}: {} {}", where, answer.status, answer.body));
            refused_.push_back(json::Object{{"where", where}, {"what", said->what}});
        };
        device.host().name = text;
        refuse("statement", Reason::statement_malformed);
        device.host().name = "refused";
        device.inventory() = hostile_inventory([&text] { return text; });
        refuse("inventory", Reason::document_malformed);
        device.inventory() = good;
        device.placement() = {{"a", {{"b", text}}}};
        refuse("placement", Reason::document_malformed);
        device.placement() = {};
        device.firmware() = {{"driver", text, SourceState::absent, 0, {}}};
        refuse("firmware manifest", Reason::document_malformed);
        device.firmware() = {};
        device.modules().modules = {KernelModule{.name = text}};
        refuse("modules", Reason::document_malformed);
        device.modules() = {};
    }

    template <class T>
    static void check(const Result<T>& result, const std::string& what) {
        if (!result) throw std::runtime_error(what + ": " + result.error().message());
    }

    const Target& target_;
    json::Array devices_;
    json::Array refused_;
    net::ClientConfig config_;
    std::optional<net::Client> client_;
};

}  // namespace

json::Object run_hostile_devices(const Target& target) {
    Attack attack(target);
    attack.refused_at_the_door();
    attack.accepted("markup", in_turn(markup), true);
    attack.accepted("direction", in_turn(direction), false);
    attack.accepted("formula", in_turn(formula), true);
    attack.accepted("endless", endless(), true);
    attack.replayed("replayed markup", in_turn(markup));
    return std::move(attack).result();
}

}  // namespace assay::fleet
