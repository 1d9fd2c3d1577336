#include <float.h>

#include "buffers.h"
#include "check.h"

struct Result {
    double norm;
    int64_t bad;
};

static Result norm_of(const std::vector<gatun_range> &ranges, Buffer &gradients, double scale = 1.0)
{
    Result result = {-2.0, -2};
    CHECK_EQUAL(gatun_gradient_norm(ranges.data(), static_cast<int64_t>(ranges.size()), gradients.size(),
                                    gradients.data(), scale, &result.norm, &result.bad),
                GATUN_SUCCESS);
    return result;
}

TEST(the_norm_is_that_of_the_definition)
{
    for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{15}, int64_t{33}, int64_t{4097}, int64_t{100003},
                               int64_t{3000017}}) {
        for (const int64_t offset : offsets) {
            Buffer gradients(size, offset);
            gradients.fill(3.0f, 1);
            long double sum = 0.0L;
            for (int64_t i = 0; i < size; ++i) {
                sum += static_cast<long double>(gradients[i]) * static_cast<long double>(gradients[i]);
            }
            const double expected = 0.25 * sqrt(static_cast<double>(sum));
            Result first = {};
            bool have_first = false;
            for_every_setting([&] {
                const Result now = norm_of({{0, size / 3, 0}, {size / 3, size, 7}}, gradients, -0.25);
                CHECK_NEAR(now.norm, expected, 1e-13 * expected);
                CHECK_EQUAL(now.bad, -1);
                first = have_first ? first : now;
                have_first = true;
                CHECK(memcmp(&first.norm, &now.norm, sizeof now.norm) == 0);
            });
        }
    }
}

TEST(elements_outside_the_ranges_do_not_count)
{
    Buffer gradients(100);
    gradients.fill_constant(NAN);
    gradients[10] = 3.0f;
    gradients[90] = -4.0f;
    const Result result = norm_of({{90, 91, 0}, {10, 11, 0}}, gradients);
    CHECK(result.norm == 5.0 && result.bad == -1);
    CHECK(norm_of({}, gradients).norm == 0.0);
}

TEST(the_largest_and_smallest_numbers_are_neither_lost_nor_infinite)
{
    Buffer gradients(40000);
    gradients.fill_constant(FLT_MAX);
    CHECK_NEAR(norm_of({{0, 40000, 0}}, gradients).norm / (200.0 * static_cast<double>(FLT_MAX)), 1.0, 1e-14);
    CHECK_EQUAL(norm_of({{0, 40000, 0}}, gradients).bad, -1);
    gradients.fill_constant(FLT_TRUE_MIN);
    CHECK_NEAR(norm_of({{0, 40000, 0}}, gradients).norm / (200.0 * static_cast<double>(FLT_TRUE_MIN)), 1.0, 1e-14);
}

TEST(the_first_non_finite_element_is_found)
{
    for (const int64_t size : {int64_t{17}, int64_t{100003}, int64_t{3000017}}) {
        for (const int64_t place : {int64_t{0}, size / 2, size - 1}) {
            for (const float bad : {NAN, INFINITY, -INFINITY}) {
                Buffer gradients(size, 1);
                gradients.fill(1.0f, 1);
                gradients[size - 1] = bad;
                gradients[place] = bad;
                for_every_setting([&] {
                    const Result result = norm_of({{size / 3, size, 0}, {0, size / 3, 0}}, gradients);
                    CHECK_EQUAL(result.bad, place);
                    CHECK(isnan(bad) ? isnan(result.norm) : isinf(result.norm));
                });
            }
        }
    }
}

TEST(bad_arguments_are_refused)
{
    const float g[2] = {1.0f, 2.0f};
    double norm = 7.0;
    int64_t bad = 7;
    const gatun_range all = {0, 2, 0};
    const gatun_range outside = {0, 3, 0};
    const gatun_range twice[2] = {{0, 2, 0}, {1, 2, 0}};
    CHECK_EQUAL(gatun_gradient_norm(nullptr, 1, 2, g, 1.0, &norm, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_gradient_norm(&all, 1, 2, nullptr, 1.0, &norm, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_gradient_norm(&all, 1, 2, g, 1.0, nullptr, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_gradient_norm(&all, 1, 2, g, 1.0, &norm, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_gradient_norm(&all, -1, 2, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_gradient_norm(&all, 1, -2, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_gradient_norm(&outside, 1, 2, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_gradient_norm(twice, 2, 2, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_gradient_norm(&all, 1, 2, g, NAN, &norm, &bad), GATUN_INVALID_VALUE);
    CHECK(norm == 7.0 && bad == 7);
}
