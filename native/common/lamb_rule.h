// LAMB, in the order of timm's optim/lamb.py. Its moments are updated before the weight's and the update's norms are
// known, so a step is two passes over each tensor: direction(), then apply() with the trust ratio.
#ifndef GATUN_COMMON_LAMB_RULE_H
#define GATUN_COMMON_LAMB_RULE_H

#include "common/gradient.h"

namespace gatun {

struct LambRule : WithStates<2> {
    using Group = gatun_lamb_group;
    using Measured = Variant<LambRule, 0, 1>;  // the first pass updates both

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real beta1;
        Real weight_of_new;  // 1 - beta1, or 1 without averaging
        Real beta2;
        Real one_minus_beta2;
        Real correction1;          // 1 - beta1^t, or 1
        Real root_of_correction2;  // sqrt(1 - beta2^t), or 1
        Real epsilon;
        Real weight_decay;
        Real rate;  // learning_rate * trust, once the norms are known
        bool adapts;
        bool clips_trust;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) && is_fraction(group.beta1) && is_fraction(group.beta2) &&
               is_non_negative(group.epsilon) && is_non_negative(group.weight_decay) &&
               is_non_negative(group.max_gradient_norm);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        const double t = static_cast<double>(step.step);
        const bool corrects = is(group.correction, Group::correction_choice::on);
        Constants<Real> c;
        c.gradient = plain_gradient_constants<Real>(step, group);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.beta1 = static_cast<Real>(group.beta1);
        c.weight_of_new = static_cast<Real>(is(group.averaging, Group::averaging_choice::on) ? 1.0 - group.beta1 : 1.0);
        c.beta2 = static_cast<Real>(group.beta2);
        c.one_minus_beta2 = static_cast<Real>(1.0 - group.beta2);
        c.correction1 = static_cast<Real>(corrects ? 1.0 - power(group.beta1, t) : 1.0);
        c.root_of_correction2 = static_cast<Real>(corrects ? square_root(1.0 - power(group.beta2, t)) : 1.0);
        c.epsilon = static_cast<Real>(group.epsilon);
        c.weight_decay = static_cast<Real>(group.weight_decay);
        c.rate = c.learning_rate;
        c.adapts = group.weight_decay != 0.0 || is(group.adaptation, Group::adaptation_choice::always);
        c.clips_trust = is(group.trust, Group::trust_choice::at_most_one);
        return c;
    }

    // Whether the first pass is needed.
    template <typename Real>
    GATUN_HOST_DEVICE bool two_passes(const Constants<Real> &)
    {
        return true;
    }

    // The first pass: what the second norm is of.
    template <typename Real>
    GATUN_HOST_DEVICE Real direction(const Constants<Real> &c, Real w, Real gradient, Real &first, Real &second)
    {
        const Real g = scaled(c.gradient, gradient);
        first = c.beta1 * first + c.weight_of_new * g;
        second = c.beta2 * second + weighted_square(c.one_minus_beta2, g);
        return update(c, w, first, second);
    }

    // Between the passes: the norms of the weights and of direction().
    template <typename Real>
    GATUN_HOST_DEVICE void adapt(Constants<Real> &c, double weight_norm, double update_norm)
    {
        double trust = c.adapts && weight_norm > 0.0 && update_norm > 0.0 ? weight_norm / update_norm : 1.0;
        trust = c.clips_trust && trust > 1.0 ? 1.0 : trust;
        c.rate = static_cast<Real>(static_cast<double>(c.learning_rate) * trust);
    }

    // The second pass. The gradient is in the moments already.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real, Real &first, Real &second)
    {
        w = w - c.rate * update(c, w, first, second);
    }

  private:
    template <typename Real>
    GATUN_HOST_DEVICE Real update(const Constants<Real> &c, Real w, Real first, Real second)
    {
        const Real denominator = square_root(second) / c.root_of_correction2 + c.epsilon;
        return first / c.correction1 / denominator + c.weight_decay * w;
    }
};

}  // namespace gatun

#endif
