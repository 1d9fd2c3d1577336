#include "buffers.h"
#include "check.h"

using Binary = int32_t (*)(int64_t, const float *, const float *, float *);

static float sum(float a, float b)
{
    return a + b;
}

static float sum_relu(float a, float b)
{
    return a + b > 0.0f ? a + b : 0.0f;
}

struct Operation {
    Binary call;
    float (*expected)(float a, float b);
};

static const Operation operations[] = {
    {gatun_add_forward, sum}, {gatun_add_relu_forward, sum_relu}};

TEST(every_setting_gives_the_expected_bits)
{
    for (const Operation &operation : operations) {
        for (const int64_t size : sizes) {
            for (const int64_t offset : offsets) {
                for_every_setting([&] {
                    Buffer a(size, offset), b(size, offset), dst(size, offset);
                    a.fill(1.0f, 1);
                    b.fill(1.0f, 2);
                    CHECK_EQUAL(operation.call(size, a.data(), b.data(), dst.data()), GATUN_SUCCESS);
                    int64_t wrong = 0;
                    for (int64_t i = 0; i < size; ++i) {
                        wrong += check::same_bits(dst[i], operation.expected(a[i], b[i])) ? 0 : 1;
                    }
                    CHECK_EQUAL(wrong, 0);
                });
            }
        }
    }
}

TEST(the_result_may_replace_an_operand)
{
    for (const Operation &operation : operations) {
        for_every_setting([&] {
            for (const bool second : {false, true}) {
                Buffer a(4097), b(4097), dst(4097);
                a.fill(1.0f, 1);
                b.fill(1.0f, 2);
                operation.call(4097, a.data(), b.data(), dst.data());
                Buffer &replaced = second ? b : a;
                operation.call(4097, a.data(), b.data(), replaced.data());
                CHECK(memcmp(dst.data(), replaced.data(), 4097 * sizeof(float)) == 0);
            }
        });
    }
}

TEST(relu_backward_sum_adds_both_uses)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            for_every_setting([&] {
                Buffer dst(size, offset), a(size, offset), b(size, offset), diff(size, offset);
                dst.fill(1.0f, 1);
                a.fill(1.0f, 2);
                b.fill(1.0f, 3);
                CHECK_EQUAL(gatun_relu_backward_sum(size, dst.data(), a.data(), b.data(), diff.data()),
                            GATUN_SUCCESS);
                int64_t wrong = 0;
                for (int64_t i = 0; i < size; ++i) {
                    wrong += check::same_bits(diff[i], dst[i] > 0.0f ? a[i] + b[i] : 0.0f) ? 0 : 1;
                }
                CHECK_EQUAL(wrong, 0);
            });
        }
    }
}

TEST(nan_and_infinity_pass_as_said)
{
    for_every_setting([] {
        Buffer a(40), b(40), dst(40);
        a.fill_constant(1.0f);
        b.fill_constant(1.0f);
        a[1] = NAN;
        a[2] = INFINITY;
        a[3] = -INFINITY;
        gatun_add_relu_forward(40, a.data(), b.data(), dst.data());
        CHECK(isnan(dst[1]) && dst[2] == INFINITY && dst[3] == 0.0f && dst[4] == 2.0f);
        gatun_add_forward(40, a.data(), b.data(), dst.data());
        CHECK(isnan(dst[1]) && dst[2] == INFINITY && dst[3] == -INFINITY && dst[4] == 2.0f);
    });
}

TEST(choices_see_nan)
{
    for_every_setting([] {
        Buffer a(40), b(40), c(40), dst(40);
        a.fill_constant(1.0f);
        b.fill_constant(2.0f);
        c.fill_constant(0.0f);
        a[1] = NAN;
        c[2] = 1.0f;
        c[3] = NAN;
        b[2] = NAN;
        CHECK_EQUAL(gatun_where_forward(40, c.data(), a.data(), b.data(), dst.data()), GATUN_SUCCESS);
        CHECK(dst[1] == 2.0f && dst[2] == 1.0f && dst[3] == 1.0f && dst[39] == 2.0f);
    });
}

TEST(copy_moves_every_bit)
{
    // The last is long enough to be streamed past the caches by every thread.
    for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{17}, int64_t{4097}, int64_t{100003}, int64_t{400001}}) {
        for (const int64_t offset : offsets) {
            for_every_setting([&] {
                Buffer src(size, 3), dst(size, offset);
                src.fill(1.0f, 1);
                CHECK_EQUAL(gatun_copy(size, src.data(), dst.data()), GATUN_SUCCESS);
                CHECK(memcmp(src.data(), dst.data(), static_cast<size_t>(size) * sizeof(float)) == 0);
            });
        }
    }
}

TEST(bad_arguments_are_refused)
{
    float x = 1.0f;
    for (const Operation &operation : operations) {
        CHECK_EQUAL(operation.call(-1, &x, &x, &x), GATUN_INVALID_SIZE);
        CHECK_EQUAL(operation.call(INT64_MAX, &x, &x, &x), GATUN_INVALID_SIZE);
        CHECK_EQUAL(operation.call(1, nullptr, &x, &x), GATUN_NULL_POINTER);
        CHECK_EQUAL(operation.call(1, &x, nullptr, &x), GATUN_NULL_POINTER);
        CHECK_EQUAL(operation.call(1, &x, &x, nullptr), GATUN_NULL_POINTER);
        CHECK_EQUAL(operation.call(0, nullptr, nullptr, nullptr), GATUN_SUCCESS);
    }
    CHECK_EQUAL(gatun_copy(-1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_copy(1, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_copy(1, &x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_copy(0, nullptr, nullptr), GATUN_SUCCESS);
    CHECK_EQUAL(gatun_relu_backward_sum(-1, &x, &x, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_relu_backward_sum(1, nullptr, &x, &x, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_relu_backward_sum(1, &x, nullptr, &x, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_relu_backward_sum(1, &x, &x, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_relu_backward_sum(1, &x, &x, &x, nullptr), GATUN_NULL_POINTER);
    CHECK(x == 1.0f);
}
