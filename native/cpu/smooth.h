// Functions of one variable made of exponentials, and their slopes, element by element. Included only by sources
// compiled with GATUN_ISA defined; local to each.
#ifndef GATUN_CPU_SMOOTH_H
#define GATUN_CPU_SMOOTH_H

#include "cpu/exponential.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

// 1 / (1 + e^-x) and e^-x / (1 + e^-x), of x = high + low.
struct Sigmoid {
    float value;
    float rest;  // 1 - value, without cancellation
};

GATUN_ELEMENT Sigmoid sigmoid_of(float high, float low)
{
    const float e = enlarged_exp_or_zero(-fabsf(high), high > 0.0f ? -low : low) * enlarged;
    const float above = 1.0f / (1.0f + e);
    const float below = e * above;
    const bool negative = high < 0.0f;
    return {negative ? below : above, negative ? above : below};
}

// x / (1 + e^-y) for x and y of one sign.
GATUN_ELEMENT float times_sigmoid(float x, float y)
{
    const float e = enlarged_exp_or_zero(-fabsf(y), 0.0f);
    return (x < 0.0f ? x * e * enlarged : x) / fused(e, enlarged, 1.0f);
}

GATUN_ELEMENT float tanh_of(float x)
{
    const float magnitude = at_most(fabsf(x), 9.1f);  // from there on it is 1
    const float t = expm1_of(2.0f * magnitude);
    return copysignf(t / (t + 2.0f), x);
}

// A factor of arguments in twice the digits of f32: an exponential of a rounded product would be off by many units.
struct Steepness {
    float high;
    float low;

    explicit Steepness(double factor)
        : high(static_cast<float>(factor)), low(static_cast<float>(factor - static_cast<double>(high)))
    {
    }

    // What factor * x is more than the product of x and high.
    __attribute__((always_inline)) float rest(float x, float product) const
    {
        return fused(low, x, product_rest(high, x, product));
    }
};

GATUN_ELEMENT float softplus_of(float x, const Steepness &beta, float reciprocal)
{
    const float y = beta.high * x;
    const float rest = beta.rest(x, y);
    const float e = enlarged_exp_or_zero(-fabsf(y), y > 0.0f ? -rest : rest);
    return fused(log1p_of_part(e * enlarged), reciprocal, x <= 0.0f ? 0.0f : x);
}

GATUN_ELEMENT float softplus_slope(float x, const Steepness &beta)
{
    const float y = beta.high * x;
    return sigmoid_of(y, beta.rest(x, y)).value;
}

// With u = e^x: tanh(log(1 + u)) = u (u + 2) / (u (u + 2) + 2).
GATUN_ELEMENT float mish_of(float x)
{
    const bool negative = x < 0.0f;
    const float large = enlarged_exp_or_zero(-fabsf(x), 0.0f);
    const float e = large * enlarged;
    const float above = negative ? x * large * enlarged * (e + 2.0f) : x * fused(2.0f, e, 1.0f);
    return above / fused(negative ? e : 2.0f * e, negative ? e + 2.0f : e + 1.0f, negative ? 2.0f : 1.0f);
}

GATUN_ELEMENT float mish_slope(float x)
{
    const bool negative = x < 0.0f;
    const float e = enlarged_exp_or_zero(-fabsf(x), 0.0f) * enlarged;
    const float below = fused(negative ? e : 2.0f * e, negative ? e + 2.0f : e + 1.0f, negative ? 2.0f : 1.0f);
    const float reciprocal = 1.0f / below;
    const float tanh = (negative ? e * (e + 2.0f) : fused(2.0f, e, 1.0f)) * reciprocal;
    const float rest = 4.0f * (1.0f + e) * reciprocal * (negative ? e : e * e) * reciprocal;
    return fused(x, rest, tanh);
}

// The standard normal distribution at x: density, and probability of at most x.
struct Normal {
    float enlarged_tail;  // probability of what lies beyond x, away from 0, / enlarged
    float enlarged_exponential;  // e^(-x^2 / 2) / enlarged
};

constexpr float most_normal = 14.6f;  // from there on the tail is zero

// The tail over e^(-x^2 / 2) is smooth: a polynomial in (x - 4) / (x + 4), over x + 4.
GATUN_ELEMENT Normal normal_of(float x)
{
    const bool none = fabsf(x) > most_normal;
    const float a = none ? most_normal : fabsf(x);
    const float square = a * a;
    const float e = enlarged_exp(-0.5f * square, -0.5f * product_rest(a, a, square));
    const float d = 1.0f / (a + 4.0f);
    const float v = (a - 4.0f) * d;
    float p = -0.000132888979f;
    p = fused(p, v, 0.000177406476f);
    p = fused(p, v, 0.00156927142f);
    p = fused(p, v, -0.00351160239f);
    p = fused(p, v, -0.00752474228f);
    p = fused(p, v, 0.0604036966f);
    p = fused(p, v, -0.18652353f);
    p = fused(p, v, 0.387136907f);
    p = fused(p, v, -0.607896585f);
    p = fused(p, v, 0.755285135f);
    return {none ? 0.0f : p * d * e, none ? 0.0f : e};
}

GATUN_ELEMENT float gelu_of(float x)
{
    const float tail = normal_of(x).enlarged_tail;
    return x < 0.0f ? x * tail * enlarged : x * fused(-tail, enlarged, 1.0f);
}

GATUN_ELEMENT float gelu_slope(float x)
{
    constexpr float density_at_0 = 0.398942280f;
    const Normal normal = normal_of(x);
    const float part = density_at_0 * x * normal.enlarged_exponential;
    return x < 0.0f ? (normal.enlarged_tail + part) * enlarged : fused(part - normal.enlarged_tail, enlarged, 1.0f);
}

// GELU with (1 + tanh(bend(x) / 2)) / 2 = sigmoid(bend(x)) for the distribution.
constexpr float bend_linear = 1.59576912f;   // 2 sqrt(2 / pi)
constexpr float bend_cubic = 0.0713548163f;  // 0.044715 of it

GATUN_ELEMENT float gelu_tanh_of(float x)
{
    return times_sigmoid(x, x * fused(bend_cubic, x * x, bend_linear));
}

GATUN_ELEMENT float gelu_tanh_slope(float x)
{
    const float square = x * x;
    const Sigmoid sigmoid = sigmoid_of(x * fused(bend_cubic, square, bend_linear), 0.0f);
    const float steepness = sigmoid.value * sigmoid.rest;
    const float bend_slope = fused(3.0f * bend_cubic, square, bend_linear);
    // Finite numbers whose square is infinite: nothing is steep there.
    return fused(x * steepness, fabsf(x) > 1e18f && fabsf(x) < INFINITY ? 0.0f : bend_slope, sigmoid.value);
}

GATUN_ELEMENT float silu_slope(float x)
{
    const Sigmoid sigmoid = sigmoid_of(x, 0.0f);
    return sigmoid.value * fused(x, sigmoid.rest, 1.0f);
}

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
