#include "collector/findings/find_conflicts.hpp"

#include "policy/company_name.hpp"
#include "policy/same_house.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace assay {
namespace {

using policy::Pattern;
using policy::Registered;
using policy::RegistrySnapshot;

constexpr std::array<const char*, 2> maker_names{"manufacturer", "vendor"};

struct NameRule {
    Registry registry;
    ConflictRule rule;
};
constexpr std::array name_rules{
    NameRule{Registry::pci, ConflictRule::pci_name},
    NameRule{Registry::usb, ConflictRule::usb_name},
    NameRule{Registry::jedec, ConflictRule::memory_name},
    NameRule{Registry::sff_oui, ConflictRule::transceiver_name},
};

std::string snapshot_name(const RegistrySnapshot& snapshot) {
    return snapshot.registry() == Registry::mac ? "oui" : std::string(name(snapshot.registry()));
}

ConflictSide said(std::string what, std::string value, const std::optional<Registered>& holder) {
    ConflictSide out{std::move(what), std::move(value), {}, {}, {}, {}};
    if (!holder) return out;
    out.holder = holder->row->holder;
    out.number = holder->row->number;
    out.registry = snapshot_name(*holder->snapshot);
    out.date = holder->snapshot->date().text();
    return out;
}

// The registrant that a text names, by the whole of what it says: not by a word of it, nor by what stands in brackets.
std::optional<Registered> registrant(const RegistrySnapshot* snapshot, std::string_view text) {
    if (snapshot == nullptr) return std::nullopt;
    const std::vector<policy::CompanyName> names = policy::names_in(text.substr(0, text.find_first_of("([")));
    if (names.empty()) return std::nullopt;
    const auto rows = snapshot->held_by(names.front().key);
    if (rows.empty()) return std::nullopt;
    return Registered{snapshot, &snapshot->rows()[rows.front()]};
}

// "CISCO-FINISAR" names two.
std::string parted(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '-', '/');
    return out;
}

bool agree(std::string_view a, std::string_view b) {
    return policy::may_be_same(a, b) || policy::may_be_same(parted(a), b) || policy::may_be_same(a, parted(b));
}

class Examination {
  public:
    Examination(
        const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries,
        const DeviceFacts& facts
    )
        : inventory_(inventory), packs_(packs), registries_(registries), facts_(facts) {
        for (const Component& component : inventory.components) {
            by_key_.emplace(component.key, &component);
            add_machine_makers(component);
        }
    }

    std::vector<Conflict> conflicts() {
        for (const Component& component : inventory_.components) {
            for (const Identifier& identifier : component.identifiers) {
                for (const NameRule& rule : name_rules) {
                    if (rule.registry == identifier.registry) hold_against_name(component, identifier, rule.rule);
                }
                if (identifier.registry != Registry::mac) continue;
                if (component.kind == ComponentKind::board)
                    hold_against_own_makers(component, identifier);
                else
                    hold_against_makers(component, identifier);
            }
        }
        std::ranges::sort(out_, {}, [](const Conflict& one) { return std::tie(one.component, one.rule, one.id); });
        return std::move(out_);
    }

  private:
    struct Maker {
        std::string what;
        std::string text;
    };

    void add_machine_makers(const Component& component) {
        const bool machine = component.kind == ComponentKind::system || component.kind == ComponentKind::board ||
                             component.kind == ComponentKind::chassis;
        if (!machine) return;
        for (const char* key : maker_names) {
            const auto found = component.names.find(key);
            if (found == component.names.end() || !found->second.has_value()) continue;
            makers_.push_back({std::string(name(component.kind)) + " " + key, found->second.text()});
        }
    }

    bool made_machine(std::string_view company) const {
        return std::ranges::any_of(makers_, [company](const Maker& maker) { return agree(company, maker.text); });
    }

    // A machine whose maker no register knows may be anybody's: nothing can be said against an address in it.
    const Maker* known_machine_maker() const {
        const auto known = std::ranges::find_if(makers_, [this](const Maker& maker) {
            return std::ranges::any_of(registries_.all(), [&maker](const RegistrySnapshot& one) {
                return registrant(&one, maker.text).has_value();
            });
        });
        return known == makers_.end() ? nullptr : &*known;
    }

    // The packs know both numbers as one house's.
    bool one_house(const Identifier& identifier, const Registered& other) const {
        constexpr std::size_t rows_looked_at = 64;
        std::vector<Pattern> theirs;
        for (const policy::CompanyName& name : policy::names_in(other.row->holder)) {
            for (const std::uint32_t at : other.snapshot->held_by(name.key)) {
                if (theirs.size() >= rows_looked_at) break;
                theirs.push_back({other.snapshot->registry(), std::string(other.snapshot->rows()[at].number)});
            }
        }
        theirs.push_back({other.snapshot->registry(), std::string(other.row->number)});
        const std::vector<Pattern> own = policy::patterns_of(identifier);
        return policy::meet(policy::houses_of(packs_, own), policy::houses_of(packs_, theirs));
    }

    void hold_against_name(const Component& component, const Identifier& identifier, ConflictRule rule) {
        const auto holder = registries_.holder(identifier);
        if (!holder || policy::builds_for_others(holder->row->holder)) return;
        for (const char* key : maker_names) {
            const auto found = component.names.find(key);
            if (found == component.names.end() || !found->second.has_value()) continue;
            const std::string& text = found->second.text();
            const auto named = registrant(holder->snapshot, text);
            if (!named || policy::builds_for_others(text)) continue;
            if (agree(text, holder->row->holder) || made_machine(text)) continue;
            if (may_be_same(*named, *holder) || another_number_agrees(component, identifier, text)) continue;
            if (one_house(identifier, *named)) continue;
            add(component, identifier, rule,
                {said(std::string(name(identifier.registry)), identifier.value, holder), said(key, text, named)});
            return;
        }
    }

    static bool may_be_same(const Registered& a, const Registered& b) { return agree(a.row->holder, b.row->holder); }

    // A card that carries another maker's chip names its own.
    bool another_number_agrees(const Component& component, const Identifier& but, std::string_view text) const {
        return std::ranges::any_of(component.identifiers, [&](const Identifier& one) {
            const auto holder = one == but ? std::nullopt : registries_.holder(one);
            return holder && agree(text, holder->row->holder);
        });
    }

    // The PCI function that the interface is of: itself, or the nearest part above it that is on a bus.
    const Component* carrier(const Component& component) const {
        constexpr int most_steps = 16;
        const Component* at = &component;
        for (int i = 0; i < most_steps; ++i) {
            if (number_of(*at, Registry::pci) != nullptr) return at;
            if (number_of(*at, Registry::usb) != nullptr) return nullptr;
            const auto parent = by_key_.find(at->parent);
            if (parent == by_key_.end()) return nullptr;
            at = parent->second;
        }
        return nullptr;
    }

    static const Identifier* number_of(const Component& component, Registry registry) {
        const auto found = std::ranges::find(component.identifiers, registry, &Identifier::registry);
        return found == component.identifiers.end() ? nullptr : &*found;
    }

    // The address that is written beside the names. Each name must be a registrant's that is known: one of nobody's may
    // be a brand of the holder.
    void hold_against_own_makers(const Component& board, const Identifier& mac) {
        const auto holder = registries_.holder(mac);
        if (!holder || policy::builds_for_others(holder->row->holder) || made_machine(holder->row->holder)) return;
        std::vector<ConflictSide> statements{said("mac", mac.value, holder)};
        for (const char* key : maker_names) {
            const auto found = board.names.find(key);
            if (found == board.names.end() || !found->second.has_value()) continue;
            const std::string& text = found->second.text();
            const auto named = registrant(holder->snapshot, text);
            if (!named || policy::builds_for_others(text)) return;
            if (may_be_same(*named, *holder) || one_house(mac, *named)) return;
            statements.push_back(said(key, text, named));
        }
        if (statements.size() > 1) add(board, mac, ConflictRule::board_name, std::move(statements));
    }

    // Chip, card and machine must all be somebody's who is known, and none of them the address's holder. Of a USB
    // adapter nothing says whose card it is, so nothing can be said.
    void hold_against_makers(const Component& component, const Identifier& mac) {
        const auto holder = registries_.holder(mac);
        const Component* part = holder ? carrier(component) : nullptr;
        const Maker* machine = part != nullptr ? known_machine_maker() : nullptr;
        const Identifier* chip_id = machine != nullptr ? number_of(*part, Registry::pci) : nullptr;
        const Identifier* card_id = machine != nullptr ? number_of(*part, Registry::pci_subsystem) : nullptr;
        if (chip_id == nullptr || card_id == nullptr) return;
        const auto chip = registries_.holder(*chip_id);
        const auto card = registries_.holder(*card_id);
        if (!chip || !card) return;
        const std::string_view company = holder->row->holder;
        const auto known = registrant(chip->snapshot, company);
        if (!known || policy::builds_for_others(company) || made_machine(company)) return;
        if (may_be_same(*chip, *holder) || may_be_same(*card, *holder) || may_be_same(*chip, *known) ||
            may_be_same(*card, *known))
            return;
        if (one_house(mac, *chip) || one_house(mac, *card) || one_house(*chip_id, *known) ||
            one_house(*card_id, *known))
            return;
        add(component, mac, ConflictRule::mac_maker,
            {said("mac", mac.value, holder), said("pci", chip_id->value, chip),
             said("pci_subsystem", card_id->value, card), said(machine->what, machine->text, std::nullopt)});
    }

    void add(
        const Component& component, const Identifier& identifier, ConflictRule rule, std::vector<ConflictSide> both
    ) {
        Conflict found;
        found.id = conflict_id(facts_.device, component.key, rule, identifier);
        found.rule = rule;
        found.device = facts_.device;
        found.component = component.key;
        found.kind = component.kind;
        found.names = readable_names(component);
        found.location = component.location;
        found.proof = inventory_.replayed ? ProofLevel::declared : facts_.proof;
        found.statements = std::move(both);
        out_.push_back(std::move(found));
    }

    const Inventory& inventory_;
    const policy::PackSet& packs_;
    const policy::Registries& registries_;
    const DeviceFacts& facts_;
    std::unordered_map<std::string_view, const Component*> by_key_;
    std::vector<Maker> makers_;
    std::vector<Conflict> out_;
};

}  // namespace

std::vector<Conflict> find_conflicts(
    const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries,
    const DeviceFacts& facts
) {
    return Examination(inventory, packs, registries, facts).conflicts();
}

}  // namespace assay
