// Adamax, in the order of torch/optim/adamax.py: epsilon is inside the maximum.
#ifndef GATUN_COMMON_ADAMAX_RULE_H
#define GATUN_COMMON_ADAMAX_RULE_H

#include "common/gradient.h"

namespace gatun {

struct AdamaxRule : WithStates<2> {
    using Group = gatun_adamax_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real beta1;
        Real one_minus_beta1;
        Real beta2;
        Real step_size;  // learning_rate / (1 - beta1^t)
        Real epsilon;
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
        c.gradient = gradient_constants<Real>(step, group, false);
        c.beta1 = static_cast<Real>(group.beta1);
        c.one_minus_beta1 = static_cast<Real>(1.0 - group.beta1);
        c.beta2 = static_cast<Real>(group.beta2);
        c.step_size = static_cast<Real>(group.learning_rate / (1.0 - power(group.beta1, t)));
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &first, Real &norm)
    {
        const Real g = prepared(c.gradient, gradient, w);
        first = c.beta1 * first + c.one_minus_beta1 * g;
        norm = larger(c.beta2 * norm, magnitude(g) + c.epsilon);
        w = w - c.step_size * first / norm;
    }
};

}  // namespace gatun

#endif
