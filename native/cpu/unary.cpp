// Functions of one variable over one run. src and dst may be one: the pointers are not __restrict, for the reason given
// in add.cpp.
#include "cpu/isa.h"
#include "cpu/smooth.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// A function without constants.
struct Plain {
    explicit Plain(const UnaryConstants &) {}
};

#define GATUN_PLAIN(Name, expression)                                                 \
    struct Name : Plain {                                                             \
        using Plain::Plain;                                                           \
        __attribute__((always_inline)) float of(float x) const { return expression; } \
    };

GATUN_PLAIN(Relu, x <= 0.0f ? 0.0f : x)  // a NaN fails the test and so stays, here and below
GATUN_PLAIN(Exp, exp_of(x))
GATUN_PLAIN(Log, log_of(x))
GATUN_PLAIN(Tanh, tanh_of(x))
GATUN_PLAIN(Logistic, sigmoid_of(x, 0.0f).value)
GATUN_PLAIN(Silu, times_sigmoid(x, x))
GATUN_PLAIN(Mish, mish_of(x))
GATUN_PLAIN(Gelu, gelu_of(x))
GATUN_PLAIN(GeluTanh, gelu_tanh_of(x))
GATUN_PLAIN(Sqrt, __builtin_sqrtf(x))
GATUN_PLAIN(Square, x *x)
GATUN_PLAIN(Abs, fabsf(x))
GATUN_PLAIN(Negate, -x)
GATUN_PLAIN(Reciprocal, 1.0f / x)

struct Clip {
    float low;
    float high;

    explicit Clip(const UnaryConstants &c) : low(static_cast<float>(c.first)), high(static_cast<float>(c.second)) {}

    __attribute__((always_inline)) float of(float x) const
    {
        return at_most(at_least(x, low), high);
    }
};

struct HardSigmoid : Plain {
    using Plain::Plain;

    __attribute__((always_inline)) float of(float x) const
    {
        return at_most(at_least((x + 3.0f) * (1.0f / 6.0f), 0.0f), 1.0f);  // near -3 the sum is exact
    }
};

struct HardSwish : HardSigmoid {
    using HardSigmoid::HardSigmoid;

    __attribute__((always_inline)) float of(float x) const
    {
        return x * HardSigmoid::of(x);
    }
};

struct LeakyRelu {
    float slope;

    explicit LeakyRelu(const UnaryConstants &c) : slope(static_cast<float>(c.first)) {}

    __attribute__((always_inline)) float of(float x) const
    {
        return x <= 0.0f ? slope * x : x;
    }
};

struct Elu {
    float alpha;

    explicit Elu(const UnaryConstants &c) : alpha(static_cast<float>(c.first)) {}

    __attribute__((always_inline)) float of(float x) const
    {
        const float below = alpha * expm1_of(at_most(at_least(x, -20.0f), 0.0f));
        return x <= 0.0f ? below : x;
    }
};

struct Softplus {
    Steepness beta;
    float reciprocal;

    explicit Softplus(const UnaryConstants &c)
        : beta(c.first), reciprocal(static_cast<float>(1.0 / c.first))
    {
    }

    __attribute__((always_inline)) float of(float x) const
    {
        return softplus_of(x, beta, reciprocal);
    }
};

template <typename F>
void run(const UnaryConstants &constants, int64_t count, const float *src, float *dst)
{
    const F function(constants);
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        dst[i] = function.of(src[i]);
    }
}

void power(const UnaryConstants &constants, int64_t count, const float *src, float *dst)
{
    powers(constants.first, 1.0f, count, src, nullptr, dst);
}

}  // namespace

// By gatun_unary_function.
const UnaryRun unary_runs[unary_functions] = {
    run<Relu>, run<Logistic>, run<Tanh>, run<Exp>, run<Log>, run<Sqrt>, run<Square>, run<Abs>, run<Negate>,
    run<Reciprocal>, run<Gelu>, run<GeluTanh>, run<Silu>, run<HardSigmoid>, run<HardSwish>, run<Mish>,
    run<LeakyRelu>, run<Elu>, run<Clip>, run<Softplus>, power};

}  // namespace GATUN_ISA
}  // namespace gatun
