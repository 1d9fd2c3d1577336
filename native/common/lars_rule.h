// LARS, in the order of timm's optim/lars.py. A tensor that adapts is read once for its norms, then updated.
#ifndef GATUN_COMMON_LARS_RULE_H
#define GATUN_COMMON_LARS_RULE_H

#include "common/gradient.h"

namespace gatun {

struct LarsRule {
    using Group = gatun_lars_group;
    using Measured = Variant<LarsRule>;  // the first pass only reads

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real momentum;
        Real one_minus_dampening;
        Real weight_decay;
        Real trust;  // 1 until the norms are known
        double trust_coefficient;
        double epsilon;
        bool has_momentum;
        Real starts;
        Real nesterov;
        bool adapts;
        bool clips_trust;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        const bool numbers = is_non_negative(group.learning_rate) && is_non_negative(group.momentum) &&
                             is_finite(group.dampening) && is_non_negative(group.weight_decay) &&
                             is_non_negative(group.trust_coefficient) && is_non_negative(group.epsilon);
        const bool nesterov = !looks_ahead(group) || (group.momentum > 0.0 && group.dampening == 0.0);
        return numbers && nesterov && (!clips_trust(group) || group.learning_rate > 0.0);
    }

    GATUN_HOST_DEVICE bool needs(const Group &group, int)
    {
        return group.momentum != 0.0;
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        Constants<Real> c;
        c.gradient = plain_gradient_constants<Real>(step, group);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.momentum = static_cast<Real>(group.momentum);
        c.one_minus_dampening = static_cast<Real>(1.0 - group.dampening);
        c.weight_decay = static_cast<Real>(group.weight_decay);
        c.trust = Real(1);
        c.trust_coefficient = group.trust_coefficient;
        c.epsilon = group.epsilon;
        c.has_momentum = group.momentum != 0.0;
        c.starts = flag<Real>(step.step == 1);
        c.nesterov = flag<Real>(looks_ahead(group));
        c.adapts = group.weight_decay != 0.0 || is(group.adaptation, Group::adaptation_choice::always);
        c.clips_trust = clips_trust(group);
        return c;
    }

    template <typename Rule, typename Real, typename Visit>
    GATUN_HOST_DEVICE void choose(const Constants<Real> &c, const Visit &visit)
    {
        if (c.has_momentum) {
            visit(Variant<LarsRule, 0>());
        } else {
            visit(Variant<LarsRule>());
        }
    }

    // Whether the first pass is needed.
    template <typename Real>
    GATUN_HOST_DEVICE bool two_passes(const Constants<Real> &c)
    {
        return c.adapts;
    }

    // The first pass: what the second norm is of.
    template <typename Real>
    GATUN_HOST_DEVICE Real direction(const Constants<Real> &c, Real, Real gradient)
    {
        return scaled(c.gradient, gradient);
    }

    // Between the passes: the norms of the weights and of direction().
    template <typename Real>
    GATUN_HOST_DEVICE void adapt(Constants<Real> &c, double weight_norm, double gradient_norm)
    {
        const double decay = static_cast<double>(c.weight_decay);
        double trust = 1.0;
        if (weight_norm > 0.0 && gradient_norm > 0.0) {
            trust = c.trust_coefficient * weight_norm / (gradient_norm + weight_norm * decay + c.epsilon);
        }
        if (c.clips_trust) {
            const double relative = trust / static_cast<double>(c.learning_rate);
            trust = relative > 1.0 ? 1.0 : relative;
        }
        c.trust = static_cast<Real>(trust);
    }

    // The second pass, without momentum.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient)
    {
        w = w - c.learning_rate * adapted(c, w, gradient);
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &velocity)
    {
        const Real g = adapted(c, w, gradient);
        velocity = on(c.starts) ? g : c.momentum * velocity + c.one_minus_dampening * g;
        const Real u = on(c.nesterov) ? g + c.momentum * velocity : velocity;
        w = w - c.learning_rate * u;
    }

  private:
    GATUN_HOST_DEVICE bool looks_ahead(const Group &group)
    {
        return is(group.variant, Group::variant_choice::nesterov);
    }

    GATUN_HOST_DEVICE bool clips_trust(const Group &group)
    {
        return is(group.trust, Group::trust_choice::at_most_one);
    }

    template <typename Real>
    GATUN_HOST_DEVICE Real adapted(const Constants<Real> &c, Real w, Real gradient)
    {
        return c.trust * (scaled(c.gradient, gradient) + c.weight_decay * w);
    }
};

}  // namespace gatun

#endif
