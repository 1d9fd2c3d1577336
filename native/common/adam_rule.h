// Adam and AdamW, in the order of torch's fused CPU kernel.
#ifndef GATUN_COMMON_ADAM_RULE_H
#define GATUN_COMMON_ADAM_RULE_H

#include "common/host_device.h"
#include "gatun.h"

namespace gatun {

// What one group needs in one step, computed in double and rounded once to the arithmetic type.
template <typename Real>
struct AdamCoefficients {
    Real gradient_scale;  // negative where the group maximizes: the sign change is exact
    Real weight_decay;    // L2 only
    Real shrink;          // decoupled only: 1 - learning_rate * weight_decay
    Real beta1;
    Real one_minus_beta1;
    Real beta2;
    Real one_minus_beta2;
    Real step_size;            // learning_rate / (1 - beta1^t)
    Real root_of_correction2;  // sqrt(1 - beta2^t)
    Real epsilon;
    bool l2;
    bool decoupled;
};

template <typename Real>
GATUN_HOST_DEVICE AdamCoefficients<Real> adam_coefficients(const gatun_step &step, const gatun_adam_group &group)
{
    const double t = static_cast<double>(step.step);
    AdamCoefficients<Real> c;
    c.gradient_scale = static_cast<Real>(group.maximize ? -step.gradient_scale : step.gradient_scale);
    c.weight_decay = static_cast<Real>(group.weight_decay);
    c.shrink = static_cast<Real>(1.0 - group.learning_rate * group.weight_decay);
    c.beta1 = static_cast<Real>(group.beta1);
    c.one_minus_beta1 = static_cast<Real>(1.0 - group.beta1);
    c.beta2 = static_cast<Real>(group.beta2);
    c.one_minus_beta2 = static_cast<Real>(1.0 - group.beta2);
    c.step_size = static_cast<Real>(group.learning_rate / (1.0 - __builtin_pow(group.beta1, t)));
    c.root_of_correction2 = static_cast<Real>(__builtin_sqrt(1.0 - __builtin_pow(group.beta2, t)));
    c.epsilon = static_cast<Real>(group.epsilon);
    c.decoupled = group.decoupled != 0 && group.weight_decay != 0.0;
    c.l2 = group.decoupled == 0 && group.weight_decay != 0.0;
    return c;
}

// One element.
template <typename Real>
GATUN_HOST_DEVICE void adam_rule(const AdamCoefficients<Real> &c, Real &parameter, Real gradient, Real &first,
                                 Real &second)
{
    const Real w = c.decoupled ? parameter * c.shrink : parameter;
    const Real scaled = c.gradient_scale * gradient;
    const Real g = c.l2 ? scaled + c.weight_decay * w : scaled;
    first = c.beta1 * first + c.one_minus_beta1 * g;
    second = c.beta2 * second + c.one_minus_beta2 * (g * g);
    const Real denominator = square_root(second) / c.root_of_correction2 + c.epsilon;
    parameter = w - c.step_size * first / denominator;
}

}  // namespace gatun

#endif
