// Powers over one run: by products and a square root where twice the exponent is a small integer, in double else. dst
// may be src or diff: the pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// factor * x^(halves / 2), of the reciprocal of x where inverse.
template <int halves, bool inverse>
struct HalfPower {
    float factor;

    __attribute__((always_inline)) float of(float x) const
    {
        if (halves % 2 == 0) {
            return whole(inverse ? 1.0f / x : x);
        }
        // Minus infinity counts as infinity here, and -0 as 0.
        const float positive = x == -INFINITY ? INFINITY : x + 0.0f;
        if (halves == 1) {
            return inverse ? factor / __builtin_sqrtf(positive) : factor * __builtin_sqrtf(positive);
        }
        const float base = inverse ? 1.0f / positive : positive;
        return whole(base) * __builtin_sqrtf(base);
    }

private:
    __attribute__((always_inline)) float whole(float x) const
    {
        constexpr int power = halves / 2;
        return power == 1 ? factor * x : power == 2 ? factor * x * x : factor * x * x * x;
    }
};

// What errs by less than the general power: up to x^3 and x^-2.
constexpr int most_halves = 6;
constexpr int most_inverse_halves = 4;

// What all elements of a run share about an exponent.
struct Exponent {
    float factor;
    double value;
    bool whole;
    uint32_t sign;  // the bit of x that the result has too

    Exponent(double exponent, float scale)
        : factor(scale), value(exponent), whole(exponent == __builtin_floor(exponent)),
          sign(whole && exponent * 0.5 != __builtin_floor(exponent * 0.5) ? 0x80000000u : 0u)
    {
    }

    // factor * |x|^exponent = 2^(exponent * log2 |x|), the product to 2^-36; its sign, or NaN, by x.
    __attribute__((always_inline)) float of(float x) const
    {
        constexpr uint32_t middle = 0x3f3504f3;  // sqrt(1/2): the mantissa lies from here to twice as much
        const float magnitude = fabsf(x);
        const bool subnormal = magnitude < 1.17549435e-38f;
        const uint32_t bits = bits_of(subnormal ? magnitude * 8388608.0f : magnitude);
        const int32_t binary = static_cast<int32_t>(bits - middle) >> 23;
        const double m = static_cast<double>(float_of(bits - (static_cast<uint32_t>(binary) << 23)));
        const double s = (m - 1.0) / (m + 1.0);
        const double z = s * s;
        double p = 0.34073835343717068;
        p = fused(p, z, 0.4116722178132346);
        p = fused(p, z, 0.57708359447632873);
        p = fused(p, z, 0.96179667328406637);
        p = fused(p, z, 2.8853900817901406);
        const float n = static_cast<float>(binary) - (subnormal ? 23.0f : 0.0f);
        const double wanted = value * fused(p, s, static_cast<double>(n));
        const double y = wanted < -160.0 ? -160.0 : wanted > 160.0 ? 160.0 : wanted;
        const float result = exp2_of(y);
        const bool none = magnitude == 0.0f;
        const bool infinite = magnitude == INFINITY;
        const float extreme = none == (value > 0.0) ? 0.0f : factor * INFINITY;
        float power = none || infinite ? extreme : result;
        power = magnitude != magnitude ? x : power;
        power = x < 0.0f && x > -INFINITY && !whole ? NAN : power;
        return float_of(bits_of(power) ^ (bits_of(x) & sign));
    }

private:
    // 2^y for y in [-160, 160], rounded to f32 at the end.
    __attribute__((always_inline)) float exp2_of(double y) const
    {
        const float near = static_cast<float>(y);
        const bool small = near < 0.0f;
        const float shift = small ? exponent_shift + 64.0f : exponent_shift - 64.0f;
        const float shifted = near + shift;
        const float r = static_cast<float>(y - static_cast<double>(shifted - shift));
        float p = 0.000153533591f;
        p = fused(p, r, 0.00133988754f);
        p = fused(p, r, 0.00961843738f);
        p = fused(p, r, 0.0555033247f);
        p = fused(p, r, 0.240226479f);
        p = fused(p, r, 0.693147203f);
        const float scale = float_of(bits_of(shifted) << 23);
        return factor * fused(scale, p * r, scale) * (small ? enlarged : 1.0f / enlarged);
    }
};

// dst = function(src), times diff where diff is not null.
template <typename F>
GATUN_ELEMENT void each(const F function, int64_t count, const float *src, const float *diff, float *dst)
{
    if (diff == nullptr) {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = function.of(src[i]);
        }
    } else {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = diff[i] * function.of(src[i]);
        }
    }
}

// The same number for all x.
struct Same {
    float value;

    __attribute__((always_inline)) float of(float) const
    {
        return value;
    }
};

template <int halves, bool inverse>
void half_powers(float factor, int64_t count, const float *src, const float *diff, float *dst)
{
    each(HalfPower<halves, inverse>{factor}, count, src, diff, dst);
}

using HalfPowers = void (*)(float factor, int64_t count, const float *src, const float *diff, float *dst);

const HalfPowers direct[most_halves] = {half_powers<1, false>, half_powers<2, false>, half_powers<3, false>,
                                        half_powers<4, false>, half_powers<5, false>, half_powers<6, false>};
const HalfPowers inverse[most_inverse_halves] = {half_powers<1, true>, half_powers<2, true>, half_powers<3, true>,
                                                 half_powers<4, true>};

}  // namespace

// dst = factor * src^exponent, times diff where diff is not null. A factor of 0 makes 0, whatever the power.
void powers(double exponent, float factor, int64_t count, const float *src, const float *diff, float *dst)
{
    const double halves = 2.0 * exponent;
    const bool few = halves == __builtin_floor(halves) && halves >= -most_inverse_halves && halves <= most_halves;
    if (exponent == 0.0 || factor == 0.0f) {
        each(Same{factor}, count, src, diff, dst);
    } else if (few && exponent > 0.0) {
        direct[static_cast<int>(halves) - 1](factor, count, src, diff, dst);
    } else if (few) {
        inverse[static_cast<int>(-halves) - 1](factor, count, src, diff, dst);
    } else {
        each(Exponent(exponent, factor), count, src, diff, dst);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
