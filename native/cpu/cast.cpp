// Between f32 and the types of 16 bits, over one run. Rounded to nearest, ties to even; a NaN stays one, and quiet.
#include "cpu/exponential.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

void widen_bf16(int64_t count, const uint16_t *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = float_of(static_cast<uint32_t>(src[i]) << 16);
    }
}

void narrow_bf16(int64_t count, const float *src, uint16_t *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const uint32_t bits = bits_of(src[i]);
        const uint32_t rounded = bits + 0x7fffu + (bits >> 16 & 1u);
        const uint32_t kept = src[i] == src[i] ? rounded : bits | 0x400000u;
        dst[i] = static_cast<uint16_t>(kept >> 16);
    }
}

// The exponent's bias differs by 112: a product with 2^112 makes up for it, subnormals included. What would be an
// infinity or a NaN is above all others then, and gets the highest exponent.
void widen_f16(int64_t count, const uint16_t *src, float *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const uint32_t half = src[i];
        const uint32_t magnitude = (half & 0x7fffu) << 13;
        const uint32_t number = bits_of(float_of(magnitude) * 0x1p112f);
        const uint32_t special = magnitude | 0x7f800000u | (half & 0x3ffu ? 0x400000u : 0u);
        dst[i] = float_of((magnitude >= 0x0f800000u ? special : number) | (half & 0x8000u) << 16);
    }
}

void narrow_f16(int64_t count, const float *src, uint16_t *dst)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const uint32_t bits = bits_of(src[i]);
        const uint32_t magnitude = bits & 0x7fffffffu;
        // Normal numbers round in their bits; carried into the exponent, the largest become infinite.
        const uint32_t normal = (magnitude + 0xfffu + (magnitude >> 13 & 1u) - (112u << 23)) >> 13;
        // Subnormal ones round in a sum with 0.5, whose last bit is 2^-24, theirs.
        const uint32_t subnormal = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u;
        const uint32_t not_a_number = 0x7e00u | (magnitude >> 13 & 0x3ffu);
        uint32_t half = magnitude < 0x38800000u ? subnormal : normal;
        half = magnitude >= 0x477ff000u ? 0x7c00u : half;
        half = magnitude > 0x7f800000u ? not_a_number : half;
        dst[i] = static_cast<uint16_t>(half | (bits >> 16 & 0x8000u));
    }
}

}  // namespace

// By gatun_float_type, less 1.
const CastKernels casts[narrow_types] = {{widen_bf16, narrow_bf16}, {widen_f16, narrow_f16}};

}  // namespace GATUN_ISA
}  // namespace gatun
