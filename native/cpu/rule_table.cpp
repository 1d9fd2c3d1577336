// The table of rules as data.
#include "cpu/rule_table.h"

#include <string.h>

#include "common/rules.h"
#include "gatun.h"

namespace gatun {
namespace {

struct Field {
    const char *name;
    const char *choices;  // "" for a number
};

struct State {
    const char *name;
    gatun_state_kind kind;
};

template <typename Entry>
struct List {
    const Entry *entries;
    int32_t count;

    // The last entry is not one: a rule without any has an array too.
    template <int32_t size>
    constexpr List(const Entry (&all)[size]) : entries(all), count(size - 1)
    {
    }

    // Or null.
    const Entry *find(int32_t index) const
    {
        return index >= 0 && index < count ? entries + index : nullptr;
    }
};

struct Rule {
    const char *name;
    List<Field> fields;
    List<State> states;
};

#define GATUN_NUMBER(name) {#name, ""},
#define GATUN_CHOICE(name, ...) {#name, #__VA_ARGS__},
#define GATUN_STATE(name, kind) {#name, GATUN_STATE_##kind},
#define GATUN_RULE(id, Rule, kind, fields, states)   \
    constexpr Field fields_of_##id[] = {fields {}};  \
    constexpr State states_of_##id[] = {states {}};  \
    static_assert(sizeof(states_of_##id) / sizeof(State) - 1 <= most_states, #id " has too many states");
#include "common/rules.def"

constexpr Rule rules[] = {
#define GATUN_RULE(id, Rule, kind, fields, states) {#id, fields_of_##id, states_of_##id},
#include "common/rules.def"
};

static_assert(most_states == GATUN_MOST_STATES, "gatun_update takes as many states as a rule may have");

const Rule *find(int32_t rule)
{
    return rule >= 0 && rule < rule_count ? rules + rule : nullptr;
}

int word_count(const char *words)
{
    int count = 1;
    for (const char *at = words; *at != '\0'; ++at) {
        count += *at == ',' ? 1 : 0;
    }
    return count;
}

bool is_choice(const char *words, double value)
{
    for (int i = 0; i < word_count(words); ++i) {
        if (value == static_cast<double>(i)) {
            return true;
        }
    }
    return false;
}

}  // namespace

int state_count(int32_t rule)
{
    return rules[rule].states.count;
}

bool are_choices(int32_t rule, const double *group)
{
    const List<Field> &fields = rules[rule].fields;
    for (int32_t i = 0; i < fields.count; ++i) {
        const char *const words = fields.entries[i].choices;
        if (*words != '\0' && !is_choice(words, group[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace gatun

extern "C" {

int32_t gatun_find_rule(const char *name)
{
    for (int32_t rule = 0; name != nullptr && rule < gatun::rule_count; ++rule) {
        if (strcmp(gatun::rules[rule].name, name) == 0) {
            return rule;
        }
    }
    return -1;
}

const char *gatun_rule_name(int32_t rule)
{
    const gatun::Rule *const found = gatun::find(rule);
    return found == nullptr ? nullptr : found->name;
}

const char *gatun_rule_field(int32_t rule, int32_t field)
{
    const gatun::Rule *const found = gatun::find(rule);
    const gatun::Field *const entry = found == nullptr ? nullptr : found->fields.find(field);
    return entry == nullptr ? nullptr : entry->name;
}

const char *gatun_rule_choices(int32_t rule, int32_t field)
{
    const gatun::Rule *const found = gatun::find(rule);
    const gatun::Field *const entry = found == nullptr ? nullptr : found->fields.find(field);
    return entry == nullptr ? nullptr : entry->choices;
}

const char *gatun_rule_state(int32_t rule, int32_t state)
{
    const gatun::Rule *const found = gatun::find(rule);
    const gatun::State *const entry = found == nullptr ? nullptr : found->states.find(state);
    return entry == nullptr ? nullptr : entry->name;
}

int32_t gatun_rule_state_kind(int32_t rule, int32_t state)
{
    const gatun::Rule *const found = gatun::find(rule);
    const gatun::State *const entry = found == nullptr ? nullptr : found->states.find(state);
    return entry == nullptr ? -1 : entry->kind;
}

}  // extern "C"
