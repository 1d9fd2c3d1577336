#include "buffers.h"
#include "check.h"

static const int64_t N = 3, H = 40, C = 37;
static const int64_t extents[] = {N, H, C};

// dst[n][h][c] = a - b, b repeated along the dimensions of stride 0.
TEST(an_operand_repeats_along_a_stride_of_0)
{
    const int64_t dense[] = {H * C, C, 1};
    const int64_t repeated[][3] = {{0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {0, 0, 0}, {H, 1, 0}, {0, C, 1}};
    for (const auto &strides : repeated) {
        for_every_setting([&] {
            Buffer a(N * H * C), b(N * H * C), dst(N * H * C), back(N * H * C);
            a.fill(1.0f, 1);
            b.fill(1.0f, 2);
            const auto call = gatun_binary_forward;
            CHECK_EQUAL(call(GATUN_BINARY_SUBTRACT, 3, extents, dense, strides, a.data(), b.data(), dst.data()),
                        GATUN_SUCCESS);
            CHECK_EQUAL(call(GATUN_BINARY_SUBTRACT, 3, extents, strides, dense, b.data(), a.data(), back.data()),
                        GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t i = 0; i < N * H * C; ++i) {
                const float right = b[i / (H * C) * strides[0] + i / C % H * strides[1] + i % C * strides[2]];
                wrong += check::same_bits(dst[i], a[i] - right) && check::same_bits(back[i], right - a[i]) ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

TEST(the_larger_and_the_smaller_of_a_NaN_are_NaN)
{
    const int64_t two[] = {2}, step[] = {1};
    const float a[] = {NAN, 1.0f}, b[] = {1.0f, NAN};
    for (const int32_t function : {GATUN_BINARY_MAXIMUM, GATUN_BINARY_MINIMUM}) {
        float dst[2] = {};
        CHECK_EQUAL(gatun_binary_forward(function, 1, two, step, step, a, b, dst), GATUN_SUCCESS);
        CHECK(isnan(dst[0]) && isnan(dst[1]));
    }
}

// Every choice of reduced dimensions, against a plain loop in double.
TEST(reductions_are_those_of_a_plain_loop)
{
    for (int choice = 0; choice < 8; ++choice) {
        const int32_t reduced[] = {choice & 1, choice & 2, choice & 4};
        const int64_t strides[] = {
            reduced[0] ? 0 : (reduced[1] ? 1 : H) * (reduced[2] ? 1 : C), reduced[1] ? 0 : (reduced[2] ? 1 : C),
            reduced[2] ? 0 : 1};
        const int64_t results = (reduced[0] ? 1 : N) * (reduced[1] ? 1 : H) * (reduced[2] ? 1 : C);
        for_every_setting([&] {
            Buffer src(N * H * C), sum(results), mean(results), largest(results);
            src.fill(1.0f, 3);
            const auto call = gatun_reduce_forward;
            CHECK_EQUAL(call(GATUN_REDUCE_SUM, 3, extents, reduced, src.data(), sum.data()), GATUN_SUCCESS);
            CHECK_EQUAL(call(GATUN_REDUCE_MEAN, 3, extents, reduced, src.data(), mean.data()), GATUN_SUCCESS);
            CHECK_EQUAL(call(GATUN_REDUCE_MAX, 3, extents, reduced, src.data(), largest.data()), GATUN_SUCCESS);
            std::vector<double> sums(static_cast<size_t>(results)), most(static_cast<size_t>(results), -INFINITY);
            for (int64_t i = 0; i < N * H * C; ++i) {
                const auto at = static_cast<size_t>(
                    i / (H * C) * strides[0] + i / C % H * strides[1] + i % C * strides[2]);
                sums[at] += static_cast<double>(src[i]);
                most[at] = fmax(most[at], static_cast<double>(src[i]));
            }
            for (int64_t i = 0; i < results; ++i) {
                const auto at = static_cast<size_t>(i);
                CHECK_NEAR(sum[i], sums[at], 1e-4);
                CHECK_NEAR(mean[i], sums[at] * static_cast<double>(results) / (N * H * C), 1e-6);
                CHECK_NEAR(largest[i], most[at], 0.0);
            }
        });
    }
}

TEST(a_NaN_is_the_largest)
{
    const int64_t shape[] = {2, 3};
    const int32_t rows[] = {0, 1}, columns[] = {1, 0};
    const float src[] = {1.0f, NAN, 2.0f, 3.0f, 4.0f, 5.0f};
    float dst[3] = {};
    CHECK_EQUAL(gatun_reduce_forward(GATUN_REDUCE_MAX, 2, shape, rows, src, dst), GATUN_SUCCESS);
    CHECK(isnan(dst[0]) && dst[1] == 5.0f);
    CHECK_EQUAL(gatun_reduce_forward(GATUN_REDUCE_MAX, 2, shape, columns, src, dst), GATUN_SUCCESS);
    CHECK(dst[0] == 3.0f && isnan(dst[1]) && dst[2] == 5.0f);
}

TEST(nothing_sums_to_zero)
{
    const int64_t shape[] = {0, 2};
    const int32_t columns[] = {1, 0};
    const float src = 7.0f;
    float dst[2] = {7.0f, 7.0f};
    CHECK_EQUAL(gatun_reduce_forward(GATUN_REDUCE_SUM, 2, shape, columns, &src, dst), GATUN_SUCCESS);
    CHECK(dst[0] == 0.0f && dst[1] == 0.0f);
    CHECK_EQUAL(gatun_reduce_forward(GATUN_REDUCE_MAX, 2, shape, columns, &src, dst), GATUN_SUCCESS);
    CHECK(dst[0] == -INFINITY);
}

TEST(bad_arguments_are_refused)
{
    const int64_t one[] = {1}, negative[] = {-1};
    const int32_t kept[] = {0};
    float x = 1.0f, dst = 7.0f;
    const auto binary = gatun_binary_forward;
    CHECK_EQUAL(binary(8, 1, one, one, one, &x, &x, &dst), GATUN_INVALID_VALUE);
    CHECK_EQUAL(binary(-1, 1, one, one, one, &x, &x, &dst), GATUN_INVALID_VALUE);
    CHECK_EQUAL(binary(0, 0, one, one, one, &x, &x, &dst), GATUN_INVALID_VALUE);
    CHECK_EQUAL(binary(0, GATUN_MAX_RANK + 1, one, one, one, &x, &x, &dst), GATUN_INVALID_VALUE);
    CHECK_EQUAL(binary(0, 1, negative, one, one, &x, &x, &dst), GATUN_INVALID_SIZE);
    CHECK_EQUAL(binary(0, 1, one, negative, one, &x, &x, &dst), GATUN_INVALID_VALUE);
    CHECK_EQUAL(binary(0, 1, one, nullptr, one, &x, &x, &dst), GATUN_NULL_POINTER);
    CHECK_EQUAL(binary(0, 1, one, one, one, nullptr, &x, &dst), GATUN_NULL_POINTER);
    const auto reduce = gatun_reduce_forward;
    CHECK_EQUAL(reduce(3, 1, one, kept, &x, &dst), GATUN_INVALID_VALUE);
    CHECK_EQUAL(reduce(0, 1, negative, kept, &x, &dst), GATUN_INVALID_SIZE);
    CHECK_EQUAL(reduce(0, 1, one, nullptr, &x, &dst), GATUN_NULL_POINTER);
    CHECK_EQUAL(reduce(0, 1, one, kept, &x, nullptr), GATUN_NULL_POINTER);
    CHECK(dst == 7.0f);
}
