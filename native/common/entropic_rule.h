// Mirror descent with the hyperbolic entropy (Ghai, Hazan and Singer 2020): additive steps for weights far below beta,
// multiplicative ones, as the exponentiated gradient's, for weights far above it.
#ifndef GATUN_COMMON_ENTROPIC_RULE_H
#define GATUN_COMMON_ENTROPIC_RULE_H

#include "common/gradient.h"

namespace gatun {

struct EntropicRule : WithStates<0> {
    using Group = gatun_entropic_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real square_of_beta;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               group.beta >= 1e-15 && group.beta <= 1e15 &&  // whose squares are floats
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, false);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.square_of_beta = static_cast<Real>(group.beta * group.beta);
        return c;
    }

    // beta * sinh(asinh(w / beta) - 2 h) = w + 2 sinh(h) * (w * sinh(h) - sqrt(w^2 + beta^2) * cosh(h)).
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &parameter, Real gradient)
    {
        const Real w = parameter;
        const Real half = clamped(c.learning_rate * prepared(c.gradient, gradient, w), Real(16)) * Real(0.5);
        const Real s = hyperbolic_sine(half);
        const Real root = square_root(w * w + c.square_of_beta);
        parameter = w + Real(2) * s * (w * s - root * square_root(Real(1) + s * s));
    }

  private:
    // Of a number in [-8, 8]: the series for a quarter of it, doubled twice. No call of the math library: the loop over
    // elements is vectorised, and has the same bits everywhere.
    template <typename Real>
    GATUN_HOST_DEVICE Real hyperbolic_sine(Real x)
    {
        const Real quarter = x * Real(0.25);
        const Real square = quarter * quarter;
        Real sum = Real(1);
        sum = Real(1) + square * Real(1.0 / 506.0) * sum;
        sum = Real(1) + square * Real(1.0 / 420.0) * sum;
        sum = Real(1) + square * Real(1.0 / 342.0) * sum;
        sum = Real(1) + square * Real(1.0 / 272.0) * sum;
        sum = Real(1) + square * Real(1.0 / 210.0) * sum;
        sum = Real(1) + square * Real(1.0 / 156.0) * sum;
        sum = Real(1) + square * Real(1.0 / 110.0) * sum;
        sum = Real(1) + square * Real(1.0 / 72.0) * sum;
        sum = Real(1) + square * Real(1.0 / 42.0) * sum;
        sum = Real(1) + square * Real(1.0 / 20.0) * sum;
        sum = Real(1) + square * Real(1.0 / 6.0) * sum;
        const Real once = quarter * sum;
        const Real twice = Real(2) * once * square_root(Real(1) + once * once);
        return Real(2) * twice * square_root(Real(1) + twice * twice);
    }
};

}  // namespace gatun

#endif
