// Gradients of functions of one variable over one run, from the argument or the result, as gatun.h says. diff_src may
// be diff_dst.
#include "cpu/isa.h"
#include "cpu/smooth.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

struct Plain {
    explicit Plain(const UnaryConstants &) {}
};

#define GATUN_SLOPE(Name, expression)                                                                 \
    struct Name : Plain {                                                                             \
        using Plain::Plain;                                                                           \
        __attribute__((always_inline)) float of(float known, float diff) const { return expression; } \
    };

// What passes a gate passes as it is; nothing else counts, be it infinite.
GATUN_SLOPE(Relu, known > 0.0f ? diff : 0.0f)
GATUN_SLOPE(HardSigmoid, fabsf(known) < 3.0f ? diff *(1.0f / 6.0f) : 0.0f)
GATUN_SLOPE(Logistic, diff *known *(1.0f - known))
GATUN_SLOPE(Tanh, diff *fused(-known, known, 1.0f))
GATUN_SLOPE(Exp, diff *known)
GATUN_SLOPE(Log, diff / known)
GATUN_SLOPE(Sqrt, diff *(0.5f / known))
GATUN_SLOPE(Square, diff *(2.0f * known))
GATUN_SLOPE(Abs, known > 0.0f ? diff : known < 0.0f ? -diff : diff *known)
GATUN_SLOPE(Negate, known == known ? -diff : known)
GATUN_SLOPE(Gelu, diff *gelu_slope(known))
GATUN_SLOPE(GeluTanh, diff *gelu_tanh_slope(known))
GATUN_SLOPE(Silu, diff *silu_slope(known))
GATUN_SLOPE(HardSwish, known <= -3.0f ? 0.0f : known >= 3.0f ? diff : diff *((known + 1.5f) * (1.0f / 3.0f)))
GATUN_SLOPE(Mish, diff *mish_slope(known))

struct Reciprocal : Plain {
    using Plain::Plain;

    __attribute__((always_inline)) float of(float known, float diff) const
    {
        const float reciprocal = 1.0f / known;
        return -(diff * reciprocal) * reciprocal;
    }
};

struct LeakyRelu {
    float slope;

    explicit LeakyRelu(const UnaryConstants &c) : slope(static_cast<float>(c.first)) {}

    __attribute__((always_inline)) float of(float known, float diff) const
    {
        return known > 0.0f ? diff : slope * diff;
    }
};

struct Elu {
    float alpha;

    explicit Elu(const UnaryConstants &c) : alpha(static_cast<float>(c.first)) {}

    __attribute__((always_inline)) float of(float known, float diff) const
    {
        return known > 0.0f ? diff : diff * (known + alpha);
    }
};

struct Clip {
    float low;
    float high;

    explicit Clip(const UnaryConstants &c) : low(static_cast<float>(c.first)), high(static_cast<float>(c.second)) {}

    __attribute__((always_inline)) float of(float known, float diff) const
    {
        return (known > low) & (known < high) ? diff : 0.0f;
    }
};

struct Softplus {
    Steepness beta;

    explicit Softplus(const UnaryConstants &c) : beta(c.first) {}

    __attribute__((always_inline)) float of(float known, float diff) const
    {
        return diff * softplus_slope(known, beta);
    }
};

template <typename F>
void run(const UnaryConstants &constants, int64_t count, const float *known, const float *diff_dst, float *diff_src)
{
    const F slope(constants);
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        diff_src[i] = slope.of(known[i], diff_dst[i]);
    }
}

void power(const UnaryConstants &constants, int64_t count, const float *known, const float *diff_dst, float *diff_src)
{
    powers(constants.first - 1.0, static_cast<float>(constants.first), count, known, diff_dst, diff_src);
}

}  // namespace

// By gatun_unary_function.
const UnaryBackwardRun unary_backward_runs[unary_functions] = {
    run<Relu>, run<Logistic>, run<Tanh>, run<Exp>, run<Log>, run<Sqrt>, run<Square>, run<Abs>, run<Negate>,
    run<Reciprocal>, run<Gelu>, run<GeluTanh>, run<Silu>, run<HardSigmoid>, run<HardSwish>, run<Mish>,
    run<LeakyRelu>, run<Elu>, run<Clip>, run<Softplus>, power};

}  // namespace GATUN_ISA
}  // namespace gatun
