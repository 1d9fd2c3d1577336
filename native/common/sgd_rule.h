// SGD with momentum, in the order of torch/optim/sgd.py.
#ifndef GATUN_COMMON_SGD_RULE_H
#define GATUN_COMMON_SGD_RULE_H

#include "common/host_device.h"
#include "gatun.h"

namespace gatun {

// What one group needs in one step, computed in double and rounded once to the arithmetic type.
template <typename Real>
struct SgdCoefficients {
    Real gradient_scale;  // negative where the group maximizes: the sign change is exact
    Real learning_rate;
    Real momentum;
    Real one_minus_dampening;
    Real weight_decay;
    bool decays;
    bool has_momentum;
    bool first_step;
    bool nesterov;
};

template <typename Real>
GATUN_HOST_DEVICE SgdCoefficients<Real> sgd_coefficients(const gatun_step &step, const gatun_sgd_group &group)
{
    SgdCoefficients<Real> c;
    c.gradient_scale = static_cast<Real>(group.maximize ? -step.gradient_scale : step.gradient_scale);
    c.learning_rate = static_cast<Real>(group.learning_rate);
    c.momentum = static_cast<Real>(group.momentum);
    c.one_minus_dampening = static_cast<Real>(1.0 - group.dampening);
    c.weight_decay = static_cast<Real>(group.weight_decay);
    c.decays = group.weight_decay != 0.0;
    c.has_momentum = group.momentum != 0.0;
    c.first_step = step.step == 1;
    c.nesterov = group.nesterov != 0;
    return c;
}

// The gradient as the rule uses it: scaled, signed, with the L2 term.
template <typename Real>
GATUN_HOST_DEVICE Real sgd_gradient(const SgdCoefficients<Real> &c, Real parameter, Real gradient)
{
    const Real scaled = c.gradient_scale * gradient;
    return c.decays ? scaled + c.weight_decay * parameter : scaled;
}

// One element without momentum.
template <typename Real>
GATUN_HOST_DEVICE void sgd_rule(const SgdCoefficients<Real> &c, Real &parameter, Real gradient)
{
    parameter = parameter - c.learning_rate * sgd_gradient(c, parameter, gradient);
}

// One element with momentum. The first step starts the velocity at the gradient itself: neither zero nor dampened.
template <typename Real>
GATUN_HOST_DEVICE void sgd_momentum_rule(const SgdCoefficients<Real> &c, Real &parameter, Real gradient, Real &velocity)
{
    const Real g = sgd_gradient(c, parameter, gradient);
    velocity = c.first_step ? g : c.momentum * velocity + c.one_minus_dampening * g;
    const Real update = c.nesterov ? g + c.momentum * velocity : velocity;
    parameter = parameter - c.learning_rate * update;
}

}  // namespace gatun

#endif
