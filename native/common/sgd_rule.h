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
        const bool flags = is_flag(group.nesterov) && is_flag(group.maximize) && is_flag(group.average) &&
                           is_flag(group.bias_correction) && group.reserved == 0;
        const bool nesterov = group.nesterov == 0 || (group.momentum > 0.0 && group.dampening == 0.0);
        const bool average = group.average == 0 || (group.momentum > 0.0 && group.momentum < 1.0 &&
                                                    group.dampening == 0.0 && group.nesterov == 0);
        return numbers && flags && nesterov && average && (group.bias_correction == 0 || group.average == 1);
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
        c.weight_of_new = static_cast<Real>(1.0 - (group.average ? group.momentum : group.dampening));
        c.has_momentum = group.momentum != 0.0;
        c.starts = flag<Real>(step.step == 1 && !group.average);
        c.nesterov = flag<Real>(group.nesterov != 0);
        c.corrects = flag<Real>(group.bias_correction != 0);
        c.correction = static_cast<Real>(on(c.corrects) ? 1.0 - power(group.momentum, t) : 1.0);
        return c;
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
};

}  // namespace gatun

#endif
