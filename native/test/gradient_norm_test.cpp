#include <float.h>

#include <utility>

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

static double plain_norm(Buffer &values, const gatun_range &range)
{
    long double sum = 0.0L;
    for (int64_t i = range.begin; i < range.end; ++i) {
        sum += static_cast<long double>(values[i]) * static_cast<long double>(values[i]);
    }
    return sqrt(static_cast<double>(sum));
}

// size elements as ranges of many lengths, some empty, with gaps, not in order.
static std::vector<gatun_range> many_ranges(int64_t size)
{
    std::vector<gatun_range> ranges;
    int64_t begin = 0;
    for (int64_t i = 0; begin < size; ++i) {
        const int64_t length = i % 5 == 0 ? 0 : i % 7 == 0 ? size / 3 : i * 37 % 1000;
        const int64_t end = begin + length < size ? begin + length : size;
        ranges.push_back({begin, end, 0});
        begin = end + i % 3;
    }
    for (size_t i = 0; i + 1 < ranges.size(); i += 4) {
        std::swap(ranges[i], ranges[i + 1]);
    }
    return ranges;
}

TEST(each_range_has_the_norm_of_the_definition)
{
    for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{17}, int64_t{257}, int64_t{4097}, int64_t{100003},
                               int64_t{3000017}}) {
        for (const int64_t offset : offsets) {
            Buffer values(size, offset);
            values.fill(3.0f, 1);
            const std::vector<gatun_range> ranges = many_ranges(size);
            std::vector<double> expected, first;
            for (const gatun_range &range : ranges) {
                expected.push_back(0.25 * plain_norm(values, range));
            }
            for_every_setting([&] {
                std::vector<double> norms(ranges.size(), -2.0);
                int64_t bad = -2;
                CHECK_EQUAL(gatun_gradient_norms(ranges.data(), static_cast<int64_t>(ranges.size()), size,
                                                 values.data(), -0.25, norms.data(), &bad),
                            GATUN_SUCCESS);
                CHECK_EQUAL(bad, -1);
                for (size_t i = 0; i < ranges.size(); ++i) {
                    CHECK_NEAR(norms[i], expected[i], 1e-13 * expected[i]);
                }
                first = first.empty() ? norms : first;
                CHECK(first == norms);
            });
        }
    }
}

TEST(a_bad_element_spoils_the_norm_of_its_range_alone)
{
    const int64_t size = 100003;
    const std::vector<gatun_range> ranges = {{60000, size, 0}, {0, 7, 0}, {7, 60000, 0}};
    Buffer values(size, 1);
    values.fill(1.0f, 1);
    values[30000] = NAN;
    values[50] = -INFINITY;
    for_every_setting([&] {
        double norms[3] = {};
        int64_t bad = -2;
        CHECK_EQUAL(gatun_gradient_norms(ranges.data(), 3, size, values.data(), 1.0, norms, &bad), GATUN_SUCCESS);
        CHECK(isfinite(norms[0]) && isfinite(norms[1]) && isnan(norms[2]));
        CHECK_EQUAL(bad, 50);
    });
}

TEST(the_weighted_norm_is_that_of_the_products)
{
    for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{15}, int64_t{33}, int64_t{4097}, int64_t{100003}}) {
        for (const int64_t offset : offsets) {
            Buffer weights(size, offset), gradients(size, offset);
            weights.fill(2.0f, 1);
            gradients.fill(3e-30f, 2);
            for (int64_t i = 3; i < size; i += 11) {
                weights[i] = 1e-40f;  // a denormal, and no product of which is lost
                gradients[i] = 1e20f;
            }
            const std::vector<gatun_range> ranges = {{size / 2, size, 0}, {0, size / 3, 0}};
            long double sum = 0.0L;
            for (const gatun_range &range : ranges) {
                for (int64_t i = range.begin; i < range.end; ++i) {
                    const long double product =
                        static_cast<long double>(weights[i]) * static_cast<long double>(gradients[i]);
                    sum += product * product;
                }
            }
            const double expected = 4.0 * sqrt(static_cast<double>(sum));
            double first = -1.0;
            for_every_setting([&] {
                double norm = -2.0;
                int64_t bad = -2;
                CHECK_EQUAL(gatun_weighted_gradient_norm(ranges.data(), 2, size, weights.data(), gradients.data(), 4.0,
                                                         &norm, &bad),
                            GATUN_SUCCESS);
                CHECK_NEAR(norm, expected, 1e-13 * expected);
                CHECK_EQUAL(bad, -1);
                first = first < 0.0 ? norm : first;
                CHECK(first == norm);
            });
        }
    }
}

TEST(a_bad_weight_or_gradient_is_found)
{
    const int64_t size = 5000;
    const gatun_range all = {0, size, 0};
    for (const bool in_weight : {false, true}) {
        Buffer weights(size), gradients(size);
        weights.fill_constant(1.0f);
        gradients.fill_constant(1.0f);
        (in_weight ? weights : gradients)[4000] = NAN;
        (in_weight ? gradients : weights)[4321] = INFINITY;
        double norm = 0.0;
        int64_t bad = -2;
        CHECK_EQUAL(gatun_weighted_gradient_norm(&all, 1, size, weights.data(), gradients.data(), 1.0, &norm, &bad),
                    GATUN_SUCCESS);
        CHECK(isnan(norm));
        CHECK_EQUAL(bad, 4000);
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
    CHECK_EQUAL(gatun_gradient_norm(nullptr, 0, 0, nullptr, 1.0, nullptr, &bad), GATUN_NULL_POINTER);
    const auto norms = gatun_gradient_norms;
    CHECK_EQUAL(norms(nullptr, 1, 2, g, 1.0, &norm, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(norms(&all, 1, 2, nullptr, 1.0, &norm, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(norms(&all, 1, 2, g, 1.0, nullptr, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(norms(&all, 1, 2, g, 1.0, &norm, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(norms(&outside, 1, 2, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(norms(&all, -1, 2, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(norms(&all, 1, 2, g, INFINITY, &norm, &bad), GATUN_INVALID_VALUE);
    const auto weighted = gatun_weighted_gradient_norm;
    CHECK_EQUAL(weighted(&all, 1, 2, nullptr, g, 1.0, &norm, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(weighted(&all, 1, 2, g, nullptr, 1.0, &norm, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(weighted(&all, 1, 2, g, g, 1.0, nullptr, &bad), GATUN_NULL_POINTER);
    CHECK_EQUAL(weighted(&outside, 1, 2, g, g, 1.0, &norm, &bad), GATUN_INVALID_SIZE);
    CHECK_EQUAL(weighted(&all, 1, 2, g, g, NAN, &norm, &bad), GATUN_INVALID_VALUE);
    CHECK(norm == 7.0 && bad == 7);
}
