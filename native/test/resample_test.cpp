#include <math.h>

#include "buffers.h"
#include "check.h"

struct Sizes {
    int64_t outer;
    int64_t extent;
    int64_t inner;
    int64_t count;
};

// The last two are large enough for every thread.
static const Sizes every_size[] = {{1, 5, 1, 7}, {2, 3, 5, 4}, {3, 1, 17, 2}, {1, 900, 64, 1200}, {999, 30, 1, 40}};

struct Taps {
    int32_t first[1200];
    int32_t second[1200];
    float weights[1200];

    explicit Taps(const Sizes &s)
    {
        for (int64_t i = 0; i < s.count; ++i) {
            first[i] = static_cast<int32_t>(i * i % s.extent);
            second[i] = static_cast<int32_t>((i + 1) % s.extent);
            weights[i] = static_cast<float>(i % 4) / 4.0f;
        }
    }
};

TEST(results_are_weighted_means)
{
    for (const Sizes &s : every_size) {
        for_every_setting([&] {
            const Taps taps(s);
            Buffer src(s.outer * s.extent * s.inner), dst(s.outer * s.count * s.inner);
            src.fill(1.0f, 1);
            CHECK_EQUAL(gatun_resample_forward(s.outer, s.extent, s.inner, s.count, taps.first, taps.second,
                                               taps.weights, src.data(), dst.data()),
                        GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t at = 0; at < s.outer * s.count * s.inner; ++at) {
                const int64_t row = at / s.inner;
                const int64_t tap = row % s.count;
                const float *column = src.data() + row / s.count * s.extent * s.inner + at % s.inner;
                const double weight = static_cast<double>(taps.weights[tap]);
                const double expected = (1.0 - weight) * static_cast<double>(column[taps.first[tap] * s.inner]) +
                                        weight * static_cast<double>(column[taps.second[tap] * s.inner]);
                wrong += fabs(static_cast<double>(dst[at]) - expected) < 1e-6 ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

// <resample(x), y> = <x, backward(y)>
TEST(the_gradient_is_the_transpose)
{
    for (const Sizes &s : every_size) {
        for_every_setting([&] {
            const Taps taps(s);
            const int64_t given = s.outer * s.extent * s.inner;
            const int64_t made = s.outer * s.count * s.inner;
            Buffer x(given), forward(made), y(made), backward(given);
            x.fill(1.0f, 1);
            y.fill(1.0f, 2);
            backward.fill_constant(7.0f);
            CHECK_EQUAL(gatun_resample_forward(s.outer, s.extent, s.inner, s.count, taps.first, taps.second,
                                               taps.weights, x.data(), forward.data()),
                        GATUN_SUCCESS);
            CHECK_EQUAL(gatun_resample_backward(s.outer, s.extent, s.inner, s.count, taps.first, taps.second,
                                                taps.weights, y.data(), backward.data()),
                        GATUN_SUCCESS);
            double left = 0.0;
            double right = 0.0;
            for (int64_t i = 0; i < made; ++i) {
                left += static_cast<double>(forward[i]) * static_cast<double>(y[i]);
            }
            for (int64_t i = 0; i < given; ++i) {
                right += static_cast<double>(x[i]) * static_cast<double>(backward[i]);
            }
            CHECK(fabs(left - right) < 1e-6 * static_cast<double>(made + given));
        });
    }
}

TEST(a_place_without_weight_has_no_part)
{
    Buffer src(2), dst(1);
    src[0] = 3.0f;
    src[1] = INFINITY;
    const int32_t first = 0;
    const int32_t second = 1;
    const float weight = 0.0f;
    CHECK_EQUAL(gatun_resample_forward(1, 2, 1, 1, &first, &second, &weight, src.data(), dst.data()), GATUN_SUCCESS);
    CHECK(dst[0] == 3.0f);
}

TEST(places_outside_are_refused)
{
    Buffer src(2), dst(2);
    dst.fill_constant(7.0f);
    const float weight = 0.5f;
    const int32_t inside = 0;
    for (const int32_t bad : {-1, 2}) {
        CHECK_EQUAL(gatun_resample_forward(1, 2, 1, 1, &bad, &inside, &weight, src.data(), dst.data()),
                    GATUN_INVALID_INDEX);
        CHECK_EQUAL(gatun_resample_backward(1, 2, 1, 1, &inside, &bad, &weight, src.data(), dst.data()),
                    GATUN_INVALID_INDEX);
    }
    CHECK(dst[0] == 7.0f);
    CHECK_EQUAL(gatun_resample_forward(1, 2, 1, 1, nullptr, &inside, &weight, src.data(), dst.data()),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_resample_forward(-1, 2, 1, 1, &inside, &inside, &weight, src.data(), dst.data()),
                GATUN_INVALID_SIZE);
}
