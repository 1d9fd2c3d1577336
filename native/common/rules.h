// Every rule of rules.def. A rule is a struct of static functions:
//   Group               its struct of hyper-parameters, gatun_<id>_group
//   Constants<Real>     what one group needs in one step: computed in double, rounded once to the arithmetic type
//   valid(group)        whether all numbers are in their domain; that choices are ones, the table says
//   needs(group, i)     whether the group uses state i
//   constants<Real>(step, group)
//   choose<Rule>(constants, visit) calls visit with the Variant of these constants; WithStates has both of the simple
//   case
//   apply(constants, parameter, gradient, states...)   one element; the number of states chooses the variant
// A layer-wise rule also has two_passes, Measured, direction and adapt: see lamb_rule.h.
#ifndef GATUN_COMMON_RULES_H
#define GATUN_COMMON_RULES_H

#include "common/gradient.h"  // first: it expands the table itself

#define GATUN_RULE_FILES
#include "common/rules.def"
#undef GATUN_RULE_FILES

namespace gatun {

// The place of each rule in the table: its number for gatun_update.
enum RuleNumber : int32_t {
#define GATUN_RULE(id, Rule, kind, fields, states) number_of_##id,
#include "common/rules.def"
    rule_count
};

// The kinds of each rule's states, and one more entry, since an array has at least one.
#define GATUN_STATE(name, kind) GATUN_STATE_##kind,
#define GATUN_RULE(id, Rule, kind, fields, states) constexpr gatun_state_kind kinds_of_##id[] = {states {}};
#include "common/rules.def"

}  // namespace gatun

#endif
