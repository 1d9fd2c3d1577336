// Reductions over a block, in an order of their own and without atomics: the same bits every time.
#ifndef GATUN_CUDA_SUMS_H
#define GATUN_CUDA_SUMS_H

#include <float.h>
#include <stdint.h>

#include "cuda/cells.h"

namespace gatun {

constexpr int warp_threads = 32;
constexpr int warps = threads / warp_threads;

// x * x is exact for an f32, so a fused multiply-add has the bits of two operations.
GATUN_DEVICE double plus_square(double sum, double x)
{
#if defined(__CUDA_ARCH__)
    return __fma_rn(x, x, sum);
#else
    return sum + x * x;
#endif
}

GATUN_DEVICE bool is_number(double x)
{
    return x >= -DBL_MAX && x <= DBL_MAX;
}

// combine(a, b) over the values of all threads, in all threads: by halves of a warp, then warp after warp. combine is
// commutative. To be called by the whole block.
template <typename Value, typename Combine>
GATUN_DEVICE Value reduce(Value value, const Combine &combine)
{
    __shared__ Value of_warp[warps];
    for (int distance = warp_threads / 2; distance > 0; distance /= 2) {
        value = combine(value, __shfl_xor_sync(0xFFFFFFFFu, value, distance));
    }
    if (threadIdx.x % warp_threads == 0) {
        of_warp[threadIdx.x / warp_threads] = value;
    }
    __syncthreads();
    Value all = of_warp[0];
    for (int warp = 1; warp < warps; ++warp) {
        all = combine(all, of_warp[warp]);
    }
    __syncthreads();  // before the next reduction writes
    return all;
}

GATUN_DEVICE double block_sum(double x)
{
    return reduce(x, [](double a, double b) { return a + b; });
}

GATUN_DEVICE int64_t block_lowest(int64_t x)
{
    return reduce(x, [](int64_t a, int64_t b) { return a < b ? a : b; });
}

}  // namespace gatun

#endif
