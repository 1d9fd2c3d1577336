// RAdam, in the order of torch/optim/radam.py.
#ifndef GATUN_COMMON_RADAM_RULE_H
#define GATUN_COMMON_RADAM_RULE_H

#include "common/gradient.h"

namespace gatun {

struct RAdamRule : WithStates<2> {
    using Group = gatun_radam_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real beta1;
        Real one_minus_beta1;
        Real beta2;
        Real one_minus_beta2;
        Real step_size;      // learning_rate / (1 - beta1^t), with the rectification where there is one
        Real epsilon;
        Real rectifies;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_fraction(group.beta1) &&
               is_fraction(group.beta2) &&
               is_non_negative(group.epsilon) &&
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        const double t = static_cast<double>(step.step);
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, is_decoupled(group));
        c.beta1 = static_cast<Real>(group.beta1);
        c.one_minus_beta1 = static_cast<Real>(1.0 - group.beta1);
        c.beta2 = static_cast<Real>(group.beta2);
        c.one_minus_beta2 = static_cast<Real>(1.0 - group.beta2);
        const double power2 = power(group.beta2, t);
        const double limit = 2.0 / (1.0 - group.beta2) - 1.0;
        const double length = limit - 2.0 * t * power2 / (1.0 - power2);
        c.rectifies = flag<Real>(length > 5.0);
        const double rectification =
            on(c.rectifies) ? square_root((length - 4.0) * (length - 2.0) * limit * (1.0 - power2) /
                                      ((limit - 4.0) * (limit - 2.0) * length))
                        : 1.0;
        c.step_size = static_cast<Real>(group.learning_rate * rectification / (1.0 - power(group.beta1, t)));
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &second)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        first = averaged(c.beta1, first, c.one_minus_beta1, g);
        second = c.beta2 * second + weighted_square(c.one_minus_beta2, g);
        const Real step = c.step_size * first;
        parameter = w - (on(c.rectifies) ? step / (square_root(second) + c.epsilon) : step);
    }
};

}  // namespace gatun

#endif
