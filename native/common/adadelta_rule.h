// Adadelta, in the order of torch/optim/adadelta.py: epsilon is inside both roots.
#ifndef GATUN_COMMON_ADADELTA_RULE_H
#define GATUN_COMMON_ADADELTA_RULE_H

#include "common/gradient.h"

namespace gatun {

struct AdadeltaRule : WithStates<2> {
    using Group = gatun_adadelta_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real rho;
        Real one_minus_rho;
        Real epsilon;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_fraction(group.rho) &&
               is_non_negative(group.epsilon) &&
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, false);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.rho = static_cast<Real>(group.rho);
        c.one_minus_rho = static_cast<Real>(1.0 - group.rho);
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &square, Real &accumulated)
    {
        const Real g = prepared(c.gradient, gradient, w);
        square = c.rho * square + weighted_square(c.one_minus_rho, g);
        const Real delta = square_root(accumulated + c.epsilon) / square_root(square + c.epsilon) * g;
        accumulated = c.rho * accumulated + weighted_square(c.one_minus_rho, delta);
        w = w - c.learning_rate * delta;
    }
};

}  // namespace gatun

#endif
