// Lion, in the order of timm's optim/lion.py: the moment is updated after its use.
#ifndef GATUN_COMMON_LION_RULE_H
#define GATUN_COMMON_LION_RULE_H

#include "common/gradient.h"

namespace gatun {

struct LionRule : WithStates<1> {
    using Group = gatun_lion_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real beta1;
        Real one_minus_beta1;
        Real beta2;
        Real one_minus_beta2;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_fraction(group.beta1) &&
               is_fraction(group.beta2) &&
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, true);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.beta1 = static_cast<Real>(group.beta1);
        c.one_minus_beta1 = static_cast<Real>(1.0 - group.beta1);
        c.beta2 = static_cast<Real>(group.beta2);
        c.one_minus_beta2 = static_cast<Real>(1.0 - group.beta2);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        parameter = w - c.learning_rate * sign(c.beta1 * first + c.one_minus_beta1 * g);
        first = averaged(c.beta2, first, c.one_minus_beta2, g);
    }
};

}  // namespace gatun

#endif
