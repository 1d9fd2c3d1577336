// Adam, AdamW and AMSGrad, in the order of torch's fused CPU kernel.
#ifndef GATUN_COMMON_ADAM_RULE_H
#define GATUN_COMMON_ADAM_RULE_H

#include "common/adam_family.h"

namespace gatun {

struct AdamRule : AdamFamily<gatun_adam_group> {
    using Family = AdamFamily<gatun_adam_group>;

    template <typename Real>
    struct Constants : Family::Constants<Real> {
        bool has_largest;
    };

    // State 2 is AMSGrad's.
    GATUN_HOST_DEVICE bool needs(const Group &group, int state)
    {
        return state < 2 || is(group.variant, Group::variant_choice::amsgrad);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        static_cast<Family::Constants<Real> &>(c) = Family::constants<Real>(step, group);
        c.has_largest = is(group.variant, Group::variant_choice::amsgrad);
        return c;
    }

    template <typename Rule, typename Real, typename Visit>
    GATUN_HOST_DEVICE void choose(const Constants<Real> &c, const Visit &visit)
    {
        if (c.has_largest) {
            visit(Variant<AdamRule, 0, 1, 2>());
        } else {
            visit(Variant<AdamRule, 0, 1>());
        }
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &second)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        first = c.beta1 * first + c.one_minus_beta1 * g;
        second = c.beta2 * second + weighted_square(c.one_minus_beta2, g);
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
        second = c.beta2 * second + weighted_square(c.one_minus_beta2, g);
        largest = larger(largest, second);
        parameter = updated(c, w, first, largest);
    }
};

}  // namespace gatun

#endif
