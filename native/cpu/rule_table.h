// What the table of rules says of each, for checks and for gatun_rule_name and the functions beside it.
#ifndef GATUN_CPU_RULE_TABLE_H
#define GATUN_CPU_RULE_TABLE_H

#include <stdint.h>

namespace gatun {

// How many states a rule has.
int state_count(int32_t rule);

// group: (fields of the rule). Whether every choice in it is the index of one of its words.
bool are_choices(int32_t rule, const double *group);

}  // namespace gatun

#endif
