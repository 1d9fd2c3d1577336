// Adagrad, in the order of torch/optim/adagrad.py.
#ifndef GATUN_COMMON_ADAGRAD_RULE_H
#define GATUN_COMMON_ADAGRAD_RULE_H

#include "common/gradient.h"

namespace gatun {

struct AdagradRule : WithStates<1> {
    using Group = gatun_adagrad_group;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real step_size;  // learning_rate / (1 + (t - 1) * learning_rate_decay)
        Real initial;
        Real epsilon;
        Real starts;
    };

    GATUN_HOST_DEVICE bool valid(const Group &group)
    {
        return is_non_negative(group.learning_rate) &&
               is_non_negative(group.learning_rate_decay) &&
               is_non_negative(group.initial_accumulator) &&
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
        c.step_size = static_cast<Real>(group.learning_rate / (1.0 + (t - 1.0) * group.learning_rate_decay));
        c.initial = static_cast<Real>(group.initial_accumulator);
        c.starts = flag<Real>(step.step == 1);
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

    template <typename Real>
    GATUN_HOST_DEVICE void apply(const Constants<Real> &c, Real &w, Real gradient, Real &sum)
    {
        const Real g = prepared(c.gradient, gradient, w);
        sum = (on(c.starts) ? c.initial : sum) + g * g;
        w = w - c.step_size * g / (square_root(sum) + c.epsilon);
    }
};

}  // namespace gatun

#endif
