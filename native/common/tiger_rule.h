// Tiger (Su 2023): the sign of an average of gradients, which is its only state.
#ifndef GATUN_COMMON_TIGER_RULE_H
#define GATUN_COMMON_TIGER_RULE_H

#include "common/gradient.h"

namespace gatun {

struct TigerRule : WithStates<1> {
    using Group = gatun_tiger_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real momentum;
        Real one_minus_momentum;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_fraction(group.momentum) &&
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, true);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.momentum = static_cast<Real>(group.momentum);
        c.one_minus_momentum = static_cast<Real>(1.0 - group.momentum);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &average)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        average = averaged(c.momentum, average, c.one_minus_momentum, g);
        parameter = w - c.learning_rate * sign(average);
    }
};

}  // namespace gatun

#endif
