// RMSprop, in the order of torch/optim/rmsprop.py: epsilon is outside the root, nothing is bias-corrected.
#ifndef GATUN_COMMON_RMSPROP_RULE_H
#define GATUN_COMMON_RMSPROP_RULE_H

#include "common/gradient.h"

namespace gatun {

struct RmspropCenteredRule;

struct RmspropRule {
    using Group = gatun_rmsprop_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real alpha;
        Real one_minus_alpha;
        Real epsilon;
        Real momentum;
        bool centered;
        bool has_momentum;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_fraction(group.alpha) &&
               is_non_negative(group.epsilon) &&
               is_non_negative(group.momentum) &&
               is_non_negative(group.weight_decay) &&
               valid_l1(group);
    }

    // State 0 is always needed, 1 by a centered group, 2 by momentum.
    GATUN_HOST_DEVICE bool needs(const Group &group, int state)
    {
        return state == 0 || (state == 1 && is_centered(group)) || (state == 2 && group.momentum != 0.0);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, false);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.alpha = static_cast<Real>(group.alpha);
        c.one_minus_alpha = static_cast<Real>(1.0 - group.alpha);
        c.momentum = static_cast<Real>(group.momentum);
        c.centered = is_centered(group);
        c.has_momentum = group.momentum != 0.0;
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

    template <typename Rule, typename Real, typename Visit>
    GATUN_HOST_DEVICE void choose(const Constants<Real> &c, const Visit &visit)
    {
        if (c.centered && c.has_momentum) {
            visit(Variant<RmspropRule, 0, 1, 2>());
        } else if (c.centered) {
            visit(Variant<RmspropCenteredRule, 0, 1>());
        } else if (c.has_momentum) {
            visit(Variant<RmspropRule, 0, 2>());
        } else {
            visit(Variant<RmspropRule, 0>());
        }
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &square)
    {
        const Real g = prepared(c.gradient, gradient, w);
        square = c.alpha * square + weighted_square(c.one_minus_alpha, g);
        w = w - c.learning_rate * g / (square_root(square) + c.epsilon);
    }

    // With momentum.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &square, Real &velocity)
    {
        const Real g = prepared(c.gradient, gradient, w);
        square = c.alpha * square + weighted_square(c.one_minus_alpha, g);
        velocity = c.momentum * velocity + g / (square_root(square) + c.epsilon);
        w = w - c.learning_rate * velocity;
    }

    // Centered, with momentum.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &square, Real &mean,
                                 Real &velocity)
    {
        const Real g = prepared(c.gradient, gradient, w);
        velocity = c.momentum * velocity + g / centered_root(c, g, square, mean);
        w = w - c.learning_rate * velocity;
    }

    template <typename Real>
    GATUN_HOST_DEVICE Real centered_root(const Constants<Real> &c, Real g, Real &square, Real &mean)
    {
        square = c.alpha * square + weighted_square(c.one_minus_alpha, g);
        mean = c.alpha * mean + c.one_minus_alpha * g;
        // Infinite squares stay so, though the mean's square may be infinite too.
        const Real variance = square < static_cast<Real>(__builtin_huge_val()) ? square - mean * mean : square;
        // Rounding can make the difference negative.
        return square_root(larger(Real(0), variance)) + c.epsilon;
    }

  private:
    GATUN_HOST_DEVICE bool is_centered(const Group &group)
    {
        return is(group.variant, Group::variant_choice::centered);
    }
};

// Centered, without momentum: as many states as with momentum and not centered.
struct RmspropCenteredRule : RmspropRule {
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &square, Real &mean)
    {
        const Real g = prepared(c.gradient, gradient, w);
        w = w - c.learning_rate * g / centered_root(c, g, square, mean);
    }
};

}  // namespace gatun

#endif
