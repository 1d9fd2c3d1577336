// NAdam, in the order of torch/optim/nadam.py.
#ifndef GATUN_COMMON_NADAM_RULE_H
#define GATUN_COMMON_NADAM_RULE_H

#include "common/gradient.h"

namespace gatun {

struct NAdamRule : WithStates<2> {
    using Group = gatun_nadam_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real beta1;
        Real one_minus_beta1;
        Real beta2;
        Real one_minus_beta2;
        Real correction2;     // 1 - beta2^t
        Real gradient_step;   // learning_rate * (1 - mu_t) / (1 - P)
        Real momentum_step;   // learning_rate * mu_(t+1) / (1 - P * mu_(t+1))
        Real epsilon;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_fraction(group.beta1) &&
               is_fraction(group.beta2) &&
               is_non_negative(group.epsilon) &&
               is_non_negative(group.momentum_decay) &&
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
        // The product of all mu so far is a function of t. It is below beta1^t: once it no longer changes 1 - P, a few
        // hundred factors in, the rest can be left out.
        const double decay = power(0.96, group.momentum_decay);
        double decayed_by = 1.0;
        double product = 1.0;
        for (int64_t i = 1; i <= step.step && product > 1e-20; ++i) {
            decayed_by *= decay;
            product *= group.beta1 * (1.0 - 0.5 * decayed_by);
        }
        const double mu = group.beta1 * (1.0 - 0.5 * power(0.96, t * group.momentum_decay));
        const double next = group.beta1 * (1.0 - 0.5 * power(0.96, (t + 1.0) * group.momentum_decay));
        c.correction2 = static_cast<Real>(1.0 - power(group.beta2, t));
        c.gradient_step = static_cast<Real>(group.learning_rate * (1.0 - mu) / (1.0 - product));
        c.momentum_step = static_cast<Real>(group.learning_rate * next / (1.0 - product * next));
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &second)
    {
        const Real w = decayed(c.gradient, parameter);
        const Real g = prepared(c.gradient, gradient, w);
        first = c.beta1 * first + c.one_minus_beta1 * g;
        second = c.beta2 * second + weighted_square(c.one_minus_beta2, g);
        const Real denominator = square_root(second / c.correction2) + c.epsilon;
        parameter = w - (c.gradient_step * g + c.momentum_step * first) / denominator;
    }
};

}  // namespace gatun

#endif
