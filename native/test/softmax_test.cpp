#include <math.h>

#include "buffers.h"
#include "check.h"

struct Sizes {
    int64_t outer;
    int64_t extent;
    int64_t inner;

    int64_t elements() const
    {
        return outer * extent * inner;
    }
};

// Rows and columns around the widest vector, and enough of both for every thread.
static const Sizes every_size[] = {{1, 1, 1}, {3, 2, 1}, {5, 15, 1}, {4, 16, 1}, {3, 17, 1}, {700, 65, 1},
                                   {2, 1000, 1}, {2, 3, 5}, {3, 21, 64}, {2, 7, 130}, {1, 40, 999}};

static const int32_t kinds[] = {GATUN_SOFTMAX, GATUN_LOG_SOFTMAX};

// The elements along the middle dimension that at belongs to: calls body with the place of each.
template <typename Body>
static void along(const Sizes &s, int64_t at, const Body &body)
{
    const int64_t first = at / (s.extent * s.inner) * s.extent * s.inner + at % s.inner;
    for (int64_t i = 0; i < s.extent; ++i) {
        body(first + i * s.inner);
    }
}

static double expected_result(int32_t kind, const Sizes &s, Buffer &src, int64_t at)
{
    double largest = -INFINITY;
    along(s, at, [&](int64_t i) { largest = fmax(largest, static_cast<double>(src[i])); });
    double sum = 0.0;
    along(s, at, [&](int64_t i) { sum += exp(static_cast<double>(src[i]) - largest); });
    const double apart = static_cast<double>(src[at]) - largest;
    return kind == GATUN_SOFTMAX ? exp(apart) / sum : apart - log(sum);
}

static double expected_gradient(int32_t kind, const Sizes &s, Buffer &result, Buffer &diff, int64_t at)
{
    double sum = 0.0;
    along(s, at, [&](int64_t i) {
        sum += (kind == GATUN_SOFTMAX ? static_cast<double>(result[i]) : 1.0) * static_cast<double>(diff[i]);
    });
    const double y = result[at];
    return kind == GATUN_SOFTMAX ? y * (static_cast<double>(diff[at]) - sum)
                                 : static_cast<double>(diff[at]) - exp(y) * sum;
}

TEST(results_and_gradients_are_those_of_the_formula)
{
    for (const int32_t kind : kinds) {
        for (const Sizes &s : every_size) {
            check_same_bits_on_each_isa([&] {
                Buffer src(s.elements(), 1), dst(s.elements(), 7), diff(s.elements()), gradient(s.elements(), 1);
                src.fill(9.0f, 1);
                diff.fill(1.0f, 2);
                CHECK_EQUAL(gatun_softmax_forward(kind, s.outer, s.extent, s.inner, src.data(), dst.data()),
                            GATUN_SUCCESS);
                CHECK_EQUAL(gatun_softmax_backward(kind, s.outer, s.extent, s.inner, dst.data(), diff.data(),
                                                   gradient.data()),
                            GATUN_SUCCESS);
                double worst = 0.0;
                for (int64_t at = 0; at < s.elements(); ++at) {
                    const double wanted = expected_result(kind, s, src, at);
                    worst = fmax(worst, fabs(static_cast<double>(dst[at]) - wanted) / fmax(fabs(wanted), 1e-30));
                    const double slope = expected_gradient(kind, s, dst, diff, at);
                    CHECK_NEAR(gradient[at], slope, 4e-7 * (1.0 + fabs(slope)) + 1e-7 * sqrt(s.extent));
                }
                CHECK(worst < 4e-7);
                return gradient.copy();
            });
        }
    }
}

TEST(results_may_be_written_over_what_was_read)
{
    for (const int32_t kind : kinds) {
        for (const Sizes &s : every_size) {
            Buffer src(s.elements()), apart(s.elements()), diff(s.elements()), gradient(s.elements());
            src.fill(3.0f, 5);
            diff.fill(1.0f, 6);
            gatun_softmax_forward(kind, s.outer, s.extent, s.inner, src.data(), apart.data());
            gatun_softmax_forward(kind, s.outer, s.extent, s.inner, src.data(), src.data());
            CHECK(src.copy() == apart.copy());
            gatun_softmax_backward(kind, s.outer, s.extent, s.inner, apart.data(), diff.data(), gradient.data());
            gatun_softmax_backward(kind, s.outer, s.extent, s.inner, src.data(), diff.data(), diff.data());
            CHECK(diff.copy() == gradient.copy());
            gatun_softmax_backward(kind, s.outer, s.extent, s.inner, src.data(), diff.data(), gradient.data());
            gatun_softmax_backward(kind, s.outer, s.extent, s.inner, src.data(), diff.data(), src.data());
            CHECK(src.copy() == gradient.copy());
        }
    }
}

TEST(numbers_that_are_not_finite)
{
    for (const int64_t inner : {int64_t{1}, int64_t{3}}) {
        for_every_setting([&] {
            Buffer src(4 * inner), dst(4 * inner);
            const auto run = [&](int32_t kind, float a, float b) {
                for (int64_t i = 0; i < inner; ++i) {
                    src[i] = a;
                    src[inner + i] = b;
                    src[2 * inner + i] = 1.0f;
                    src[3 * inner + i] = -INFINITY;
                }
                CHECK_EQUAL(gatun_softmax_forward(kind, 1, 4, inner, src.data(), dst.data()), GATUN_SUCCESS);
            };
            run(GATUN_SOFTMAX, 1.0f, -INFINITY);
            CHECK(dst[0] == 0.5f && dst[inner] == 0.0f && dst[2 * inner] == 0.5f && dst[3 * inner] == 0.0f);
            run(GATUN_LOG_SOFTMAX, 1.0f, -INFINITY);
            CHECK(dst[inner] == -INFINITY && fabsf(dst[0] + 0.6931472f) < 1e-7f);
            run(GATUN_SOFTMAX, 1e38f, -3e38f);
            CHECK(dst[0] == 1.0f && dst[inner] == 0.0f);
            for (const int32_t kind : kinds) {
                for (const float bad : {NAN, INFINITY}) {
                    run(kind, bad, 2.0f);
                    CHECK(dst[0] != dst[0] && (bad == INFINITY || dst[inner] != dst[inner]));
                }
            }
            for (int64_t i = 0; i < 4 * inner; ++i) {
                src[i] = -INFINITY;
            }
            gatun_softmax_forward(GATUN_SOFTMAX, 1, 4, inner, src.data(), dst.data());
            CHECK(dst[0] != dst[0] && dst[3 * inner] != dst[3 * inner]);
        });
    }
}

TEST(what_cannot_be_is_refused)
{
    float x[2] = {7.0f, 7.0f};
    CHECK_EQUAL(gatun_softmax_forward(2, 1, 2, 1, x, x), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_softmax_forward(-1, 1, 2, 1, x, x), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_softmax_forward(0, 1, 0, 1, x, x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_softmax_forward(0, -1, 2, 1, x, x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_softmax_forward(0, INT64_MAX / 2, 2, 3, x, x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_softmax_forward(0, 1, 2, 1, nullptr, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_softmax_backward(0, 1, 2, 1, x, nullptr, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_softmax_backward(2, 1, 2, 1, x, x, x), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_softmax_forward(0, 0, 2, 1, nullptr, nullptr), GATUN_SUCCESS);
    CHECK_EQUAL(gatun_softmax_forward(0, 1, 2, 0, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(x[0] == 7.0f && x[1] == 7.0f);
}
