// Sums of squares of one run, in an order that depends on its length only: 32 sums in double, element i to sum
// i % 32, then those pairwise. The square of an f32, and the product of two, is exact in double.
#include <string.h>

#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

typedef float Floats __attribute__((vector_size(32)));
typedef double Doubles __attribute__((vector_size(64)));

static constexpr int lanes = 8;
static constexpr int chains = 4;  // as many additions in flight as hide their latency
static constexpr int64_t stride = lanes * chains;

// Vectors go in and out by reference: passed by value they would change the ABI with the instruction set.
GATUN_HOST_DEVICE void load(const float *src, Doubles &wide)
{
    Floats x;
    memcpy(&x, src, sizeof x);
    wide = __builtin_convertvector(x, Doubles);
}

// Loads lanes elements from i on of what is summed.
struct Values {
    const float *src;

    GATUN_HOST_DEVICE void load_from(const Values &all, int64_t i, Doubles &x)
    {
        load(all.src + i, x);
    }

    // The last count elements from i on, padded with zeros in storage.
    GATUN_HOST_DEVICE Values rest(const Values &all, int64_t i, int64_t count, float storage[2][stride])
    {
        memcpy(storage[0], all.src + i, static_cast<size_t>(count) * sizeof(float));
        return {storage[0]};
    }
};

struct Products {
    const float *a;
    const float *b;

    GATUN_HOST_DEVICE void load_from(const Products &all, int64_t i, Doubles &x)
    {
        Doubles y;
        load(all.a + i, x);
        load(all.b + i, y);
        x *= y;
    }

    GATUN_HOST_DEVICE Products rest(const Products &all, int64_t i, int64_t count, float storage[2][stride])
    {
        memcpy(storage[0], all.a + i, static_cast<size_t>(count) * sizeof(float));
        memcpy(storage[1], all.b + i, static_cast<size_t>(count) * sizeof(float));
        return {storage[0], storage[1]};
    }
};

template <typename Source>
GATUN_HOST_DEVICE void add_squares(Doubles sums[chains], const Source &source, int64_t i)
{
    for (int chain = 0; chain < chains; ++chain) {
        Doubles x;
        Source::load_from(source, i + chain * lanes, x);
        sums[chain] += x * x;
    }
}

template <typename Source>
GATUN_HOST_DEVICE double sum(int64_t count, const Source &source)
{
    Doubles sums[chains] = {};
    int64_t i = 0;
    for (; i + stride <= count; i += stride) {
        add_squares(sums, source, i);
    }
    if (i < count) {
        float storage[2][stride] = {};
        add_squares(sums, Source::rest(source, i, count - i, storage), 0);
    }
    const Doubles all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return ((all[0] + all[1]) + (all[2] + all[3])) + ((all[4] + all[5]) + (all[6] + all[7]));
}

double sum_of_squares(int64_t count, const float *src)
{
    return sum(count, Values{src});
}

double sum_of_squared_products(int64_t count, const float *a, const float *b)
{
    return sum(count, Products{a, b});
}

}  // namespace GATUN_ISA
}  // namespace gatun
