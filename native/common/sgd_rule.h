// SGD with momentum, in the order of torch/optim/sgd.py, and momentum as an average.
#ifndef GATUN_COMMON_SGD_RULE_H
#define GATUN_COMMON_SGD_RULE_H

#include "common/gradient.h"

namespace gatun {

struct SgdRule {
    using Group = gatun_sgd_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real learning_rate;
        Real momentum;
        Real weight_of_new;  // 1 - dampening, or 1 - momentum of an average
        Real correction;     // 1 - momentum^t, or 1
        bool has_momentum;
        Real starts;  // the velocity starts at the gradient itself: neither zero nor dampened
        Real nesterov;
        Real corrects;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        const bool numbers = is_non_negative(group.learning_rate) && is_non_negative(group.momentum) &&
                             is_finite(group.dampening) && is_non_negative(group.weight_decay) &&
                             valid_l1(group);
        const bool plain = group.momentum > 0.0 && group.dampening == 0.0;
        const bool nesterov = !is(group.variant, Group::variant_choice::nesterov) || plain;
        const bool average = !averages(group) || (plain && group.momentum < 1.0);
        return numbers && nesterov && average;
    }

    GATUN_HOST_DEVICE bool needs(const Group &group, int)
    {
        return group.momentum != 0.0;
    }

    template <typename Real>
    GATUN_HOST_DEVICE Constants<Real> constants(const gatun_step &step, const Group &group)
    {
        const double t = static_cast<double>(step.step);
        Constants<Real> c;
        c.gradient = gradient_constants<Real>(step, group, false);
        c.learning_rate = static_cast<Real>(group.learning_rate);
        c.momentum = static_cast<Real>(group.momentum);
        c.weight_of_new = static_cast<Real>(1.0 - (averages(group) ? group.momentum : group.dampening));
        c.has_momentum = group.momentum != 0.0;
        c.starts = flag<Real>(step.step == 1 && !averages(group));
        c.nesterov = flag<Real>(is(group.variant, Group::variant_choice::nesterov));
        c.corrects = flag<Real>(is(group.variant, Group::variant_choice::corrected_average));
        c.correction = static_cast<Real>(on(c.corrects) ? 1.0 - power(group.momentum, t) : 1.0);
        return c;
    }

    template <typename Rule, typename Real, typename Visit>
    GATUN_HOST_DEVICE void choose(const Constants<Real> &c, const Visit &visit)
    {
        if (c.has_momentum) {
            visit(Variant<SgdRule, 0>());
        } else {
            visit(Variant<SgdRule>());
        }
    }

    // Without momentum.
    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient)
    {
        w = w - c.learning_rate * prepared(c.gradient, gradient, w);
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &velocity)
    {
        const Real g = prepared(c.gradient, gradient, w);
        velocity = on(c.starts) ? g : c.momentum * velocity + c.weight_of_new * g;
        const Real u = on(c.nesterov) ? g + c.momentum * velocity : on(c.corrects) ? velocity / c.correction : velocity;
        w = w - c.learning_rate * u;
    }

  private:
    GATUN_HOST_DEVICE bool averages(const Group &group)
    {
        return is(group.variant, Group::variant_choice::average) ||
               is(group.variant, Group::variant_choice::corrected_average);
    }
};

}  // namespace gatun

#endif
