// Winograd's transforms of weights and of their gradients, F(2x2, 3x3) and F(4x4, 3x3).
#include "cpu/isa.h"
#include "cpu/winograd_tiles.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

constexpr int64_t panel = 2 * lanes;
constexpr int taps = 9;
constexpr int quad = 4;

// from (9 taps, a vector) to all positions of one row of u.
template <typename F, typename Load>
GATUN_INLINE void expand(const Load &from, float *u, int64_t position_stride)
{
    transform<3, F::positions>(
        [](const Vector *g, Vector *out) { F::weights(g, out); }, [&](int i, int j) { return from(3 * i + j); },
        [&](int i, const Vector *row) {
            GATUN_UNROLL
            for (int j = 0; j < F::positions; ++j) {
                store(u + (i * F::positions + j) * position_stride, row[j]);
            }
        });
}

// Input channels in memory beside each other become rows: taps (9, 4, panel) of 4 input channels from first on.
void turn_quad(const Filters &filters, int64_t column, int64_t first, float *rows)
{
    const int64_t inputs = filters.inputs;
    for (int tap = 0; tap < taps; ++tap) {
        for (int64_t o = 0; o < panel; o += quad) {
            const float *from = filters.data + ((column + o) * taps + tap) * inputs + first;
            float *to = rows + tap * quad * panel + o;
            if (column + o + quad <= filters.outputs && first + quad <= inputs) {
                transpose4(from, taps * inputs, to, panel);
                continue;
            }
            for (int i = 0; i < quad; ++i) {
                for (int j = 0; j < quad; ++j) {
                    const bool inside = column + o + i < filters.outputs && first + j < inputs;
                    to[j * panel + i] = inside ? from[i * taps * inputs + j] : 0.0f;
                }
            }
        }
    }
}

template <typename F>
void plain_weights(const Filters &filters, int64_t column, int64_t first, int64_t count, float *u,
                   int64_t position_stride)
{
    alignas(64) float rows[taps * quad * panel];
    for (int64_t k = 0; k < count; k += quad) {
        turn_quad(filters, column, first + k, rows);
        const int64_t end = count - k < quad ? count - k : quad;
        for (int64_t i = 0; i < end; ++i) {
            for (int64_t c = 0; c < panel; c += lanes) {
                const float *from = rows + i * panel + c;
                expand<F>([&](int tap) { return load(from + tap * quad * panel); }, u + (k + i) * panel + c,
                          position_stride);
            }
        }
    }
}

template <typename F>
void turned_weights(const Filters &filters, int64_t column, int64_t first, int64_t count, float *u,
                    int64_t position_stride)
{
    const int64_t inputs = filters.inputs;
    for (int64_t k = 0; k < count; ++k) {
        const float *filter = filters.data + (first + k) * taps * inputs;
        for (int64_t c = 0; c < panel; c += lanes) {
            float *to = u + k * panel + c;
            const int64_t rest = inputs - column - c;
            if (rest >= lanes) {
                const float *from = filter + column + c;
                expand<F>([&](int tap) { return load(from + (taps - 1 - tap) * inputs); }, to, position_stride);
            } else {
                const int64_t some = rest < 0 ? 0 : rest;
                const float *from = filter + (rest < 0 ? 0 : column + c);
                expand<F>([&](int tap) { return load_some(from + (taps - 1 - tap) * inputs, some); }, to,
                          position_stride);
            }
        }
    }
}

template <typename F>
void weights_gradient(const float *c, int64_t position_stride, int64_t row_stride, int64_t column, int64_t first,
                      int64_t count, const Filters &filters, float *gradient)
{
    const int64_t inputs = filters.inputs;
    for (int64_t r = 0; r < count; ++r) {
        for (int64_t i = 0; i < panel && column + i < inputs; i += lanes) {
            const float *from = c + r * row_stride + i;
            float *to = gradient + (first + r) * taps * inputs + column + i;
            const int64_t some = inputs - column - i;
            transform<F::positions, 3>(
                [](const Vector *in, Vector *out) { F::gradient_weights(in, out); },
                [&](int y, int x) { return load(from + (y * F::positions + x) * position_stride); },
                [&](int y, const Vector *row) {
                    GATUN_UNROLL
                    for (int x = 0; x < 3; ++x) {
                        store_up_to(to + (3 * y + x) * inputs, row[x], some);
                    }
                });
        }
    }
}

}  // namespace

const WinogradWeights f2_weights = {plain_weights<F2>, turned_weights<F2>, weights_gradient<F2>};
const WinogradWeights f4_weights = {plain_weights<F4>, turned_weights<F4>, weights_gradient<F4>};

}  // namespace GATUN_ISA
}  // namespace gatun
