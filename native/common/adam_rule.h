// Adam, AdamW and AMSGrad, in the order of torch's fused CPU kernel.
#ifndef GATUN_COMMON_ADAM_RULE_H
#define GATUN_COMMON_ADAM_RULE_H

#include "common/adam_family.h"

namespace gatun {

struct AdamRule : AdamFamily<gatun_adam_group> {
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &second)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        first = c.beta1 * first + c.one_minus_beta1 * g;
        second = c.beta2 * second + c.one_minus_beta2 * (g * g);
        parameter = updated(c, w, first, second);
    }

    // AMSGrad: the largest second moment so far, before bias correction.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &second, Real &largest)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        first = c.beta1 * first + c.one_minus_beta1 * g;
        second = c.beta2 * second + c.one_minus_beta2 * (g * g);
        largest = larger(largest, second);
        parameter = updated(c, w, first, largest);
    }
};

}  // namespace gatun

#endif
