// Every optimizer's rule. A rule is a struct of static functions:
//   Group               its struct of hyper-parameters in gatun.h
//   Constants<Real>     what one group needs in one step: computed in double, rounded once to the arithmetic type
//   valid(group)        whether all hyper-parameters are in their domain
//   needs(group, i)     whether the group uses state i
//   constants<Real>(step, group)
//   apply(constants, parameter, gradient, states...)   one element; the number of states chooses the variant
// A layer-wise rule also has two_passes, direction and adapt: see lamb_rule.h.
#ifndef GATUN_COMMON_RULES_H
#define GATUN_COMMON_RULES_H

#include "common/adabelief_rule.h"
#include "common/adadelta_rule.h"
#include "common/adagrad_rule.h"
#include "common/adam_rule.h"
#include "common/adamax_rule.h"
#include "common/lamb_rule.h"
#include "common/lars_rule.h"
#include "common/lion_rule.h"
#include "common/nadam_rule.h"
#include "common/radam_rule.h"
#include "common/rmsprop_rule.h"
#include "common/rprop_rule.h"
#include "common/sgd_rule.h"

#endif
