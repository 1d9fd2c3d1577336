// Mirror descent with the p-norm (Azizan, Lale and Hassibi 2021): the gradient is subtracted from sign(w) * |w|^(p-1).
#ifndef GATUN_COMMON_P_NORM_RULE_H
#define GATUN_COMMON_P_NORM_RULE_H

#include "common/gradient.h"

namespace gatun {

template <typename Real>
struct PNormConstants {
    GradientConstants<Real> gradient;
    Real learning_rate;
    double power;  // p - 1
    double inverse;
};

// sign(x) * x^2 and its inverse.
template <typename Real>
GATUN_HOST_DEVICE Real signed_square(Real x)
{
    return x * magnitude(x);
}

template <typename Real>
GATUN_HOST_DEVICE Real signed_root(Real x)
{
    return sign(x) * square_root(magnitude(x));
}

// Where p - 1 is 1, 2 or 1/2 no power is taken, so that the loop over elements is vectorised. A weight without a
// gradient stays, whatever its powers round to; sign(NaN) is 0, and 0 times the root of a NaN is NaN.
struct PNormOfTwo {
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const PNormConstants<Real> &c, Real &w, Real gradient)
    {
        w = w - c.learning_rate * prepared(c.gradient, gradient, w);
    }
};

struct PNormOfThree {
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const PNormConstants<Real> &c, Real &w, Real gradient)
    {
        const Real step = c.learning_rate * prepared(c.gradient, gradient, w);
        const Real moved = signed_root(signed_square(w) - step);
        w = step == Real(0) ? w : moved;
    }
};

struct PNormOfThreeHalves {
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const PNormConstants<Real> &c, Real &w, Real gradient)
    {
        const Real step = c.learning_rate * prepared(c.gradient, gradient, w);
        const Real moved = signed_square(signed_root(w) - step);
        w = step == Real(0) ? w : moved;
    }
};

struct PNormRule : WithStates<0> {
    using Group = gatun_p_norm_group;

    template <typename Real>
    using Constants = PNormConstants<Real>;

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               group.p >= 1.01 && group.p <= 100.0 &&
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, false);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.power = group.p - 1.0;
        c.inverse = 1.0 / c.power;
        return c;
    }

    template <typename Rule, typename Real, typename Visit>
    GATUN_HOST_DEVICE void choose(const Constants<Real> &c, const Visit &visit)
    {
        if (c.power == 1.0) {
            visit(Variant<PNormOfTwo>());
        } else if (c.power == 2.0) {
            visit(Variant<PNormOfThree>());
        } else if (c.power == 0.5) {
            visit(Variant<PNormOfThreeHalves>());
        } else {
            visit(Variant<PNormRule>());
        }
    }

    // In double: what is left of a small weight in a high power is no float.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient)
    {
        const Real step = c.learning_rate * prepared(c.gradient, gradient, w);
        const double weight = static_cast<double>(w);
        const double mirrored = sign(weight) * power(magnitude(weight), c.power) - static_cast<double>(step);
        const double moved = sign(mirrored) * power(magnitude(mirrored), c.inverse);
        w = step == Real(0) ? w : static_cast<Real>(moved);
    }
};

}  // namespace gatun

#endif
