// AdaBelief: Zhuang et al. 2020, algorithm 2, in the order of the authors' PyTorch code without rectification.
// Epsilon is added to the variance in every step, and once more to its root.
#ifndef GATUN_COMMON_ADABELIEF_RULE_H
#define GATUN_COMMON_ADABELIEF_RULE_H

#include "common/adam_family.h"

namespace gatun {

struct AdaBeliefRule : AdamFamily<gatun_adabelief_group> {
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &variance)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        first = c.beta1 * first + c.one_minus_beta1 * g;
        const Real surprise = g - first;
        variance = c.beta2 * variance + weighted_square(c.one_minus_beta2, surprise) + c.epsilon;
        parameter = updated(c, w, first, variance);
    }
};

}  // namespace gatun

#endif
