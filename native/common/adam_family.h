// What Adam and AdaBelief share: the constants of a step, and the update from the two moments.
#ifndef GATUN_COMMON_ADAM_FAMILY_H
#define GATUN_COMMON_ADAM_FAMILY_H

#include "common/gradient.h"

namespace gatun {

template <typename GroupOfRule>
struct AdamFamily : WithStates<2> {
    using Group = GroupOfRule;

    template <typename Real>
    struct Constants {
        GradientConstants<Real> gradient;
        Real beta1;
        Real one_minus_beta1;
        Real beta2;
        Real one_minus_beta2;
        Real step_size;            // learning_rate / (1 - beta1^t)
        Real root_of_correction2;  // sqrt(1 - beta2^t)
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
        c.gradient = gradient_constants<Real>(step, group, is_decoupled(group));
        c.beta1 = static_cast<Real>(group.beta1);
        c.one_minus_beta1 = static_cast<Real>(1.0 - group.beta1);
        c.beta2 = static_cast<Real>(group.beta2);
        c.one_minus_beta2 = static_cast<Real>(1.0 - group.beta2);
        c.step_size = static_cast<Real>(group.learning_rate / (1.0 - power(group.beta1, t)));
        c.root_of_correction2 = static_cast<Real>(square_root(1.0 - power(group.beta2, t)));
        c.epsilon = static_cast<Real>(group.epsilon);
        return c;
    }

  protected:
    template <typename Real>
    GATUN_HOST_DEVICE Real updated(const Constants<Real> &c, Real w, Real first, Real second)
    {
        const Real denominator = square_root(second) / c.root_of_correction2 + c.epsilon;
        return w - c.step_size * first / denominator;
    }
};

}  // namespace gatun

#endif
