#include "buffers.h"
#include "check.h"

TEST(each_element_in_a_range_follows_the_definition_and_all_are_saved)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            for (const int32_t adaptive : {0, 1}) {
                // Out of order, with a gap at both ends and between.
                const std::vector<gatun_range> ranges = {{size / 2, size - size / 5, 3}, {size / 9, size / 3, 0}};
                check_same_bits([&] {
                    Buffer w(size, offset), g(size, offset), saved(size, offset);
                    w.fill(1.0f, 1);
                    g.fill(3.0f, 2);
                    for (int64_t i = 5; i < size; i += 7) {
                        w[i] = 1e-40f;  // a denormal
                        g[i] = 3e-39f;
                    }
                    const std::vector<float> before = w.copy();
                    std::vector<float> expected = before;
                    for (const gatun_range &range : ranges) {
                        for (int64_t i = range.begin; i < range.end; ++i) {
                            float &x = expected[static_cast<size_t>(i)];
                            x = adaptive ? x + 0.5f * (x * x) * g[i] : x + 0.5f * g[i];
                        }
                    }
                    CHECK_EQUAL(gatun_perturb(ranges.data(), 2, size, 0.5, adaptive, w.data(), g.data(),
                                              saved.data()),
                                GATUN_SUCCESS);
                    CHECK(w.copy() == expected && saved.copy() == before);
                    return w.copy();
                });
            }
        }
    }
}

TEST(not_finite_gradients_reach_only_their_own_element)
{
    for_every_setting([] {
        Buffer w(100), g(100), saved(100);
        w.fill_constant(1.0f);
        g.fill_constant(1.0f);
        g[3] = NAN;
        g[17] = INFINITY;
        const gatun_range range = {0, 100, 0};
        CHECK_EQUAL(gatun_perturb(&range, 1, 100, 0.5, 0, w.data(), g.data(), saved.data()), GATUN_SUCCESS);
        for (int64_t i = 0; i < 100; ++i) {
            CHECK(i == 3 ? isnan(w[i]) : i == 17 ? isinf(w[i]) : w[i] == 1.5f);
            CHECK(saved[i] == 1.0f);
        }
    });
}

TEST(bad_arguments_are_refused)
{
    float w = 1.0f, g = 1.0f, saved = 7.0f;
    const gatun_range all = {0, 1, 0}, outside = {0, 2, 0}, twice[2] = {{0, 1, 0}, {0, 1, 0}};
    const auto perturb = gatun_perturb;
    CHECK_EQUAL(perturb(nullptr, 1, 1, 0.5, 0, &w, &g, &saved), GATUN_NULL_POINTER);
    CHECK_EQUAL(perturb(&all, 1, 1, 0.5, 0, nullptr, &g, &saved), GATUN_NULL_POINTER);
    CHECK_EQUAL(perturb(&all, 1, 1, 0.5, 0, &w, nullptr, &saved), GATUN_NULL_POINTER);
    CHECK_EQUAL(perturb(&all, 1, 1, 0.5, 0, &w, &g, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(perturb(&all, -1, 1, 0.5, 0, &w, &g, &saved), GATUN_INVALID_SIZE);
    CHECK_EQUAL(perturb(&all, 1, -1, 0.5, 0, &w, &g, &saved), GATUN_INVALID_SIZE);
    CHECK_EQUAL(perturb(&outside, 1, 1, 0.5, 0, &w, &g, &saved), GATUN_INVALID_SIZE);
    CHECK_EQUAL(perturb(twice, 2, 1, 0.5, 0, &w, &g, &saved), GATUN_INVALID_SIZE);
    CHECK_EQUAL(perturb(&all, 1, 1, NAN, 0, &w, &g, &saved), GATUN_INVALID_VALUE);
    CHECK_EQUAL(perturb(&all, 1, 1, 1e39, 0, &w, &g, &saved), GATUN_INVALID_VALUE);
    CHECK_EQUAL(perturb(&all, 1, 1, 0.5, 2, &w, &g, &saved), GATUN_INVALID_VALUE);
    CHECK_EQUAL(perturb(nullptr, 0, 0, 0.5, 0, nullptr, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(w == 1.0f && g == 1.0f && saved == 7.0f);
}
