// Exponentials and logarithms in f32, element by element, written so that loops over them vectorise. Included only by
// sources compiled with GATUN_ISA defined; local to each.
//
// fused(a, b, c) is a * b + c, rounded once where the instruction set has such an instruction: other last bits on
// another instruction set. Polynomials are minimax fits; what they leave out is below 1e-8 of the result.
#ifndef GATUN_CPU_EXPONENTIAL_H
#define GATUN_CPU_EXPONENTIAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if !defined(GATUN_ISA)
#error "GATUN_ISA must name the instruction set this source is compiled for"
#endif

#define GATUN_ELEMENT static inline __attribute__((always_inline))

#if defined(__FMA__) || defined(__AVX512F__) || defined(__ARM_FEATURE_FMA)
#define GATUN_HAS_FUSED 1
#endif

namespace gatun {
namespace GATUN_ISA {
namespace {

GATUN_ELEMENT float fused(float a, float b, float c)
{
#if defined(GATUN_HAS_FUSED)
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

GATUN_ELEMENT double fused(double a, double b, double c)
{
#if defined(GATUN_HAS_FUSED)
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

// What a * b is more than product, the same rounded: exact.
GATUN_ELEMENT float product_rest(float a, float b, float product)
{
#if defined(GATUN_HAS_FUSED)
    return __builtin_fmaf(a, b, -product);
#else
    return static_cast<float>(static_cast<double>(a) * static_cast<double>(b) - static_cast<double>(product));
#endif
}

GATUN_ELEMENT uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

GATUN_ELEMENT float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// A NaN stays.
GATUN_ELEMENT float at_least(float x, float least)
{
    return x < least ? least : x;
}

GATUN_ELEMENT float at_most(float x, float most)
{
    return x > most ? most : x;
}

constexpr float log2_e = 1.44269504f;
constexpr float ln2_high = 0.693359375f;  // few bits: its product with an exponent is exact
constexpr float ln2_low = -2.12194440e-4f;

// Added, it rounds to an integer, which is in the low bits then, with 127 more: those of the exponent of a power of 2.
constexpr float exponent_shift = 12582912.0f + 127.0f;

// A number x as 2^n and what is left: e^x = scale * (1 + rest), scale = 2^(n + shift - exponent_shift).
struct Parts {
    float scale;
    float rest;
};

// Of high + low, low being a correction far smaller; n + shift - exponent_shift from -126 to 127.
GATUN_ELEMENT Parts parts_of(float high, float low, float shift)
{
    const float shifted = fused(high, log2_e, shift);
    const float n = shifted - shift;
    const float r = fused(-n, ln2_low, fused(-n, ln2_high, high)) + low;
    float p = 0.0013814217f;
    p = fused(p, r, 0.00836889914f);
    p = fused(p, r, 0.0416684058f);
    p = fused(p, r, 0.166665191f);
    p = fused(p, r, 0.499999933f);
    return {float_of(bits_of(shifted) << 23), fused(r * r, p, r)};
}

// Below least_exponent an exponential is zero, even times its exponent; above most_exponent it is infinite.
constexpr float least_exponent = -112.0f;
constexpr float most_exponent = 89.0f;

// Exponentials of numbers not above 0 are made 2^64 times as large, since the smallest would have lost their last bits
// already; times enlarged they are what they are.
constexpr float enlarged = 0x1p-64f;

// e^(high + low) / enlarged for high + low in [-120, 0].
GATUN_ELEMENT float enlarged_exp(float high, float low)
{
    const Parts parts = parts_of(high, low, exponent_shift + 64.0f);
    return fused(parts.scale, parts.rest, parts.scale);
}

// The same for all high <= 0; zero below least_exponent, so that an infinite factor makes a NaN of it.
GATUN_ELEMENT float enlarged_exp_or_zero(float high, float low)
{
    const bool none = high < least_exponent;
    const float e = enlarged_exp(none ? least_exponent : high, none ? 0.0f : low);
    return none ? 0.0f : e;
}

GATUN_ELEMENT float exp_of(float x)
{
    // Towards 1 from either side, so that neither end of the exponents is reached before the last product.
    const bool small = x < 0.0f;
    const Parts parts = parts_of(at_most(at_least(x, least_exponent), most_exponent), 0.0f,
                                 small ? exponent_shift + 64.0f : exponent_shift - 64.0f);
    return fused(parts.scale, parts.rest, parts.scale) * (small ? enlarged : 1.0f / enlarged);
}

// e^(x - largest) for x <= largest, of x as precise as it is; NaN where the difference is.
GATUN_ELEMENT float exponential_below(float x, float largest)
{
    const float less = x - largest;
    const float back = less - x;
    const float rest = (x - (less - back)) - (largest + back);  // what the difference lost
    const float e = enlarged_exp_or_zero(less, rest) * enlarged;
    return less == less ? e : less;
}

// e^x - 1 for x in [-80, 80].
GATUN_ELEMENT float expm1_of(float x)
{
    const Parts parts = parts_of(x, 0.0f, exponent_shift);
    return fused(parts.scale, parts.rest, parts.scale - 1.0f);
}

// log(1 + u) for u in [0, 1].
GATUN_ELEMENT float log1p_of_part(float u)
{
    float p = -0.00331835334f;
    p = fused(p, u, 0.0202040483f);
    p = fused(p, u, -0.057663438f);
    p = fused(p, u, 0.106804539f);
    p = fused(p, u, -0.153553366f);
    p = fused(p, u, 0.1969538f);
    p = fused(p, u, -0.249585835f);
    p = fused(p, u, 0.33330511f);
    p = fused(p, u, -0.499999328f);
    return fused(u * u, p, u);
}

GATUN_ELEMENT float log_of(float x)
{
    constexpr uint32_t middle = 0x3f3504f3;  // sqrt(1/2): the mantissa lies from here to twice as much
    const bool subnormal = x < 1.17549435e-38f;
    const uint32_t bits = bits_of(subnormal ? x * 8388608.0f : x);
    const int32_t exponent = static_cast<int32_t>(bits - middle) >> 23;
    const float f = float_of(bits - (static_cast<uint32_t>(exponent) << 23)) - 1.0f;
    const float n = static_cast<float>(exponent) - (subnormal ? 23.0f : 0.0f);
    float p = -0.0763212322f;
    p = fused(p, f, 0.127607962f);
    p = fused(p, f, -0.131606639f);
    p = fused(p, f, 0.142018931f);
    p = fused(p, f, -0.166233252f);
    p = fused(p, f, 0.200012202f);
    p = fused(p, f, -0.250008217f);
    p = fused(p, f, 0.333333318f);
    const float rest = fused(n, ln2_low, f * f * fused(p, f, -0.5f));
    float log = fused(n, ln2_high, f) + rest;
    log = x < INFINITY ? log : x;  // infinite, or NaN
    log = x == 0.0f ? -INFINITY : log;
    return x < 0.0f ? NAN : log;
}

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
