#include "buffers.h"
#include "check.h"

namespace {

struct Case {
    int64_t outer;
    int64_t channels;
    int64_t inner;
    int32_t low;
    int32_t high;
    bool zeros;
};

// One scale, runs of channels, channels side by side; more than one thread's worth, and nothing.
const Case cases[] = {{1, 1, 4097, -127, 127, false}, {1, 1, 100003, 0, 255, true}, {1, 17, 31, -8, 7, false},
                      {3, 5, 2000, -128, 127, true},  {33, 17, 1, -127, 127, false}, {1000, 100, 1, 0, 15, true},
                      {3, 1, 7, -1, 1, false},        {0, 3, 4, -1, 1, false},       {2, 3, 0, -1, 1, false}};

// What a case reads, and what it must give, in double.
struct Given {
    explicit Given(const Case &of, int64_t offset)
        : elements(of.outer * of.channels * of.inner), x(elements, offset), diff(elements, offset),
          scale(of.channels), zero(of.channels), y(static_cast<size_t>(elements)),
          diff_x(static_cast<size_t>(elements)), diff_scale(static_cast<size_t>(of.channels)), of(of)
    {
        x.fill(2.0f, 1);
        diff.fill(1.0f, 2);
        for (int64_t c = 0; c < of.channels; ++c) {
            scale[c] = 0.011f + 0.003f * static_cast<float>(c % 7);
            zero[c] = of.zeros ? static_cast<float>(of.low + (c * 5 + 3) % (of.high - of.low)) : 0.0f;
        }
        for (int64_t i = 0; i < elements; ++i) {
            const int64_t c = i / of.inner % of.channels;
            const double ratio = static_cast<double>(x[i] / scale[c]);
            const double q = nearbyint(ratio) + zero[c];
            const bool below = q < of.low, above = q > of.high;
            const double clamped = (below ? of.low : above ? of.high : q) - zero[c];
            const size_t at = static_cast<size_t>(i);
            y[at] = static_cast<float>(static_cast<double>(scale[c]) * clamped);
            diff_x[at] = below || above ? 0.0f : diff[i];
            diff_scale[static_cast<size_t>(c)] += diff[i] * (below || above ? clamped : nearbyint(ratio) - ratio);
        }
    }

    const float *zeros()
    {
        return of.zeros ? zero.data() : nullptr;
    }

    int64_t elements;
    Buffer x, diff, scale, zero;
    std::vector<float> y, diff_x;
    std::vector<double> diff_scale;
    Case of;
};

}  // namespace

TEST(every_setting_rounds_to_the_expected_bits)
{
    for (const Case &of : cases) {
        for (const int64_t offset : offsets) {
            Given given(of, offset);
            for_every_setting([&] {
                Buffer y(given.elements, offset);
                CHECK_EQUAL(gatun_fake_quantize_forward(of.outer, of.channels, of.inner, of.low, of.high,
                                                        given.x.data(), given.scale.data(), given.zeros(), y.data()),
                            GATUN_SUCCESS);
                int64_t wrong = 0;
                for (int64_t i = 0; i < given.elements; ++i) {
                    wrong += y[i] == given.y[static_cast<size_t>(i)] ? 0 : 1;
                }
                CHECK_EQUAL(wrong, 0);
            });
        }
    }
}

TEST(every_setting_gives_the_gradients)
{
    for (const Case &of : cases) {
        Given given(of, 1);
        for_every_setting([&] {
            Buffer diff(given.elements, 1), diff_scale(of.channels);
            memcpy(diff.data(), given.diff.data(), static_cast<size_t>(given.elements) * sizeof(float));
            CHECK_EQUAL(gatun_fake_quantize_backward(of.outer, of.channels, of.inner, of.low, of.high, 0.5,
                                                     diff.data(), given.x.data(), given.scale.data(), given.zeros(),
                                                     diff.data(), diff_scale.data()),
                        GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t i = 0; i < given.elements; ++i) {
                wrong += diff[i] == given.diff_x[static_cast<size_t>(i)] ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
            for (int64_t c = 0; c < of.channels; ++c) {
                const double expected = 0.5 * given.diff_scale[static_cast<size_t>(c)];
                CHECK_NEAR(diff_scale[c], expected, 1e-5 * (1.0 + fabs(expected)));
            }
        });
    }
}

TEST(the_gradient_of_scales_may_be_left_out)
{
    for_every_setting([] {
        Given given(cases[4], 0);
        Buffer diff(given.elements);
        CHECK_EQUAL(gatun_fake_quantize_backward(33, 17, 1, -127, 127, 1.0, given.diff.data(), given.x.data(),
                                                 given.scale.data(), nullptr, diff.data(), nullptr),
                    GATUN_SUCCESS);
        CHECK(diff[5] == given.diff_x[5]);
    });
}

TEST(halves_round_to_even_and_far_numbers_are_clamped)
{
    for_every_setting([] {
        const float given[] = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 1e30f, -1e30f, INFINITY, -INFINITY, NAN, 0.0f};
        const float expected[] = {0.0f, 2.0f, 2.0f, 0.0f, -2.0f, 7.0f, -8.0f, 7.0f, -8.0f, NAN, 0.0f};
        Buffer x(33), y(33), scale(1);
        scale[0] = 1.0f;
        for (int64_t i = 0; i < 33; ++i) {
            x[i] = given[i % 11];
        }
        CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 33, -8, 7, x.data(), scale.data(), nullptr, y.data()),
                    GATUN_SUCCESS);
        for (int64_t i = 0; i < 33; ++i) {
            CHECK(y[i] == expected[i % 11] || (isnan(y[i]) && isnan(expected[i % 11])));
        }
    });
}

TEST(bad_arguments_are_refused)
{
    float x = 1.0f;
    CHECK_EQUAL(gatun_fake_quantize_forward(-1, 1, 1, -1, 1, &x, &x, nullptr, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_fake_quantize_forward(INT64_MAX, 2, 1, -1, 1, &x, &x, nullptr, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 1, 1, 2, &x, &x, nullptr, &x), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 1, -1, 0, &x, &x, nullptr, &x), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 1, -1, 65537, &x, &x, nullptr, &x), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 1, -1, 1, nullptr, &x, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 1, -1, 1, &x, nullptr, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_fake_quantize_forward(1, 1, 1, -1, 1, &x, &x, nullptr, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_fake_quantize_backward(1, 1, 1, -1, 1, 1.0, nullptr, &x, &x, nullptr, &x, &x),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_fake_quantize_backward(1, 1, 1, -1, 1, 1.0, &x, &x, &x, nullptr, nullptr, &x),
                GATUN_NULL_POINTER);
    CHECK(x == 1.0f);
}
