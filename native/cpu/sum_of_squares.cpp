// The sum of squares of one run, in an order that depends on its length only: 32 sums in double, element i to sum
// i % 32, then those pairwise. The square of an f32 is exact in double.
#include <string.h>

#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

typedef float Floats __attribute__((vector_size(32)));
typedef double Doubles __attribute__((vector_size(64)));

static constexpr int lanes = 8;
static constexpr int chains = 4;  // as many additions in flight as hide their latency
static constexpr int64_t stride = lanes * chains;

static inline __attribute__((always_inline)) void add_squares(Doubles sums[chains], const float *src)
{
    for (int chain = 0; chain < chains; ++chain) {
        Floats x;
        memcpy(&x, src + chain * lanes, sizeof x);
        const Doubles wide = __builtin_convertvector(x, Doubles);
        sums[chain] += wide * wide;
    }
}

double sum_of_squares(int64_t count, const float *src)
{
    Doubles sums[chains] = {};
    int64_t i = 0;
    for (; i + stride <= count; i += stride) {
        add_squares(sums, src + i);
    }
    if (i < count) {
        float rest[stride] = {};
        memcpy(rest, src + i, static_cast<size_t>(count - i) * sizeof(float));
        add_squares(sums, rest);
    }
    const Doubles sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

}  // namespace GATUN_ISA
}  // namespace gatun
