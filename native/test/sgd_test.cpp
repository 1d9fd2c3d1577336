#include "buffers.h"
#include "check.h"
#include "common/sgd_rule.h"
#include "steps.h"

// What torch 2.13.0 gives in float64 for w = (1, -2) under these gradients, one pair per step.
static const double gradients[3][2] = {{0.5, -0.25}, {-0.3, 0.1}, {0.2, 0.4}};

struct Golden {
    gatun_sgd_group group;
    double after[3][2];
};

static const Golden goldens[] = {
    // lr=.1 momentum=.9 dampening=.2 wd=.01
    {{0.1, 0.9, 0.2, 0.01},
     {{0.949, -1.973}, {0.9263408, -1.9551216}, {0.88920644736, -1.96946694272}}},
    // lr=.1 momentum=.9 nesterov wd=.01
    {{0.1, 0.9, 0.0, 0.01, 0, 0, 1},
     {{0.9031, -1.9487}, {0.91707411, -1.94212747}, {0.863721158191, -2.00127598081}}},
};

static const gatun_sgd_group plain_group = {0.1};

TEST(rule_in_double_gives_the_golden_figures)
{
    for (const Golden &golden : goldens) {
        for (int element = 0; element < 2; ++element) {
            double w = element == 0 ? 1.0 : -2.0;
            double velocity = 0.0;
            for (int64_t t = 1; t <= 3; ++t) {
                const auto c = gatun::SgdRule::constants<double>({t, 1.0}, golden.group);
                gatun::SgdRule::apply(c, w, gradients[t - 1][element], velocity);
                CHECK_NEAR(w, golden.after[t - 1][element], 1e-11);
            }
        }
    }
}

TEST(step_gives_the_golden_figures)
{
    for (const Golden &golden : goldens) {
        for_every_setting([&] {
            Buffer w(2), g(2), momentum(2);
            w[0] = 1.0f;
            w[1] = -2.0f;
            momentum.fill_constant(NAN);  // the first step must not read it
            const gatun_range range = {0, 2, 0};
            for (int64_t t = 1; t <= 3; ++t) {
                g[0] = static_cast<float>(gradients[t - 1][0]);
                g[1] = static_cast<float>(gradients[t - 1][1]);
                const Step step = {t, 1.0};
                CHECK_EQUAL(sgd_step(&step, &golden.group, 1, &range, 1, 2, w.data(), g.data(),
                                           momentum.data()),
                            GATUN_SUCCESS);
                CHECK_ULPS(w[0], golden.after[t - 1][0], 4);
                CHECK_ULPS(w[1], golden.after[t - 1][1], 4);
            }
        });
    }
}

TEST(scale_and_maximize_apply_to_the_gradient_first)
{
    Buffer w(1), g(1);
    w[0] = 1.0f;
    g[0] = 8.0f;
    gatun_sgd_group group = plain_group;
    group.direction = 1;
    group.weight_decay = 0.5;
    const Step step = {1, 0.25};
    const gatun_range range = {0, 1, 0};
    CHECK_EQUAL(sgd_step(&step, &group, 1, &range, 1, 1, w.data(), g.data(), nullptr), GATUN_SUCCESS);
    CHECK_ULPS(w[0], 1.0 - 0.1 * (-2.0 + 0.5), 2);
}

TEST(every_setting_gives_the_same_bits)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            for (const gatun_sgd_group &group : {goldens[0].group, goldens[1].group, plain_group}) {
                check_same_bits([&] {
                    Buffer w(size, offset), g(size, offset), momentum(size, offset);
                    w.fill(1.0f, 1);
                    g.fill(0.1f, 2);
                    momentum.fill(0.1f, 3);
                    const gatun_range range = {0, size, 0};
                    for (int64_t t = 1; t <= 2; ++t) {
                        const Step step = {t, 0.5};
                        CHECK_EQUAL(sgd_step(&step, &group, 1, &range, 1, size, w.data(), g.data(),
                                                   momentum.data()),
                                    GATUN_SUCCESS);
                    }
                    std::vector<float> result = w.copy();
                    const std::vector<float> second = momentum.copy();
                    result.insert(result.end(), second.begin(), second.end());
                    return result;
                });
            }
        }
    }
}

TEST(each_element_follows_the_rule)
{
    const int64_t size = 100003;
    const gatun_sgd_group group = goldens[0].group;
    const Step step = {7, 1.0};
    const gatun_range range = {0, size, 0};
    const auto c = gatun::SgdRule::constants<double>(step, group);
    for_every_setting([&] {
        Buffer w(size), g(size), momentum(size);
        w.fill(1.0f, 1);
        g.fill(0.1f, 2);
        momentum.fill(0.1f, 3);
        const std::vector<float> before = w.copy();
        const std::vector<float> velocity_before = momentum.copy();
        CHECK_EQUAL(sgd_step(&step, &group, 1, &range, 1, size, w.data(), g.data(), momentum.data()),
                    GATUN_SUCCESS);
        double worst = 0.0;
        for (int64_t i = 0; i < size; ++i) {
            double expected = static_cast<double>(before[static_cast<size_t>(i)]);
            double velocity = static_cast<double>(velocity_before[static_cast<size_t>(i)]);
            gatun::SgdRule::apply(c, expected, static_cast<double>(g[i]), velocity);
            worst = fmax(worst, fabs(static_cast<double>(w[i]) - expected));
            worst = fmax(worst, fabs(static_cast<double>(momentum[i]) - velocity));
        }
        CHECK_NEAR(worst, 0.0, 2e-7);
    });
}

TEST(ranges_take_their_own_group_and_gaps_stay)
{
    const int64_t size = 70001;
    gatun_sgd_group groups[40];
    for (int i = 0; i < 40; ++i) {
        groups[i] = plain_group;
        groups[i].learning_rate = i + 1;
    }
    // Out of order, one empty, the last group beyond those a call keeps ready.
    const gatun_range ranges[] = {{40000, 70000, 39}, {3, 20, 0}, {25, 25, 7}, {20, 39000, 2}};
    const Step step = {1, 1.0};
    for_every_setting([&] {
        Buffer w(size), g(size);
        w.fill_constant(5.0f);
        g.fill_constant(1.0f);
        CHECK_EQUAL(sgd_step(&step, groups, 40, ranges, 4, size, w.data(), g.data(), nullptr), GATUN_SUCCESS);
        int64_t wrong = 0;
        for (int64_t i = 0; i < size; ++i) {
            const int rate = i >= 40000 && i < 70000 ? 40 : i >= 20 && i < 39000 ? 3 : i >= 3 && i < 20 ? 1 : 0;
            wrong += w[i] == 5.0f - static_cast<float>(rate) ? 0 : 1;
        }
        CHECK_EQUAL(wrong, 0);
    });
}

TEST(without_momentum_the_buffer_is_left_alone)
{
    Buffer w(33), g(33), momentum(33);
    w.fill(1.0f, 1);
    g.fill(1.0f, 2);
    momentum.fill_constant(3.0f);
    const Step step = {1, 1.0};
    const gatun_range range = {0, 33, 0};
    CHECK_EQUAL(sgd_step(&step, &plain_group, 1, &range, 1, 33, w.data(), g.data(), momentum.data()),
                GATUN_SUCCESS);
    for (int64_t i = 0; i < 33; ++i) {
        CHECK(momentum[i] == 3.0f);
    }
}

TEST(non_finite_gradients_reach_only_their_own_element)
{
    for_every_setting([] {
        Buffer w(40), g(40), momentum(40);
        w.fill_constant(1.0f);
        g.fill_constant(1.0f);
        momentum.fill_constant(0.0f);
        g[3] = NAN;
        g[17] = INFINITY;
        const Step step = {2, 1.0};
        const gatun_range range = {0, 40, 0};
        CHECK_EQUAL(sgd_step(&step, &goldens[0].group, 1, &range, 1, 40, w.data(), g.data(), momentum.data()),
                    GATUN_SUCCESS);
        for (int64_t i = 0; i < 40; ++i) {
            CHECK(i == 3 ? isnan(w[i]) : i == 17 ? w[i] == -INFINITY : w[i] == w[0]);
        }
    });
}

// What a call with these arguments says; nothing may have been written unless it succeeds.
static int32_t status_of(gatun_sgd_group group, std::vector<gatun_range> ranges, Step step = {1, 1.0})
{
    Buffer w(40), g(40), momentum(40);
    w.fill_constant(1.0f);
    g.fill_constant(1.0f);
    momentum.fill_constant(1.0f);
    const int32_t status =
        sgd_step(&step, &group, 1, ranges.data(), static_cast<int64_t>(ranges.size()), 40, w.data(), g.data(),
                       momentum.data());
    for (int64_t i = 0; i < 40 && status != GATUN_SUCCESS; ++i) {
        CHECK(w[i] == 1.0f && momentum[i] == 1.0f);
    }
    return status;
}

TEST(bad_ranges_are_refused)
{
    CHECK_EQUAL(status_of(plain_group, {{0, 40, 0}}), GATUN_SUCCESS);
    CHECK_EQUAL(status_of(plain_group, {{0, 20, 0}, {20, 40, 0}}), GATUN_SUCCESS);
    CHECK_EQUAL(status_of(plain_group, {{20, 40, 0}, {0, 20, 0}, {10, 10, 0}}), GATUN_SUCCESS);
    CHECK_EQUAL(status_of(plain_group, {}), GATUN_SUCCESS);
    CHECK_EQUAL(status_of(plain_group, {{0, 41, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(status_of(plain_group, {{-1, 4, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(status_of(plain_group, {{5, 4, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(status_of(plain_group, {{0, 20, 0}, {19, 40, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(status_of(plain_group, {{30, 40, 0}, {0, 5, 0}, {4, 31, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(status_of(plain_group, {{0, 4, 0}, {4, 8, 1}}), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(plain_group, {{0, 4, -1}}), GATUN_INVALID_VALUE);
}

TEST(bad_values_are_refused)
{
    const std::vector<gatun_range> all = {{0, 40, 0}};
    CHECK_EQUAL(status_of({-0.1, 0, 0, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({NAN, 0, 0, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({INFINITY, 0, 0, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, -0.9, 0, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, NAN, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0, -1, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.0, 0, 0, 0, 0, 1}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0.1, 0, 0, 0, 1}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0, 0, 0, 0, 4}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0, 0, 0, 0, 0, -1}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(plain_group, all, {0, 1.0}), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(plain_group, all, {1, NAN}), GATUN_INVALID_VALUE);
}

TEST(null_pointers_and_counts_are_refused)
{
    float w = 1.0f, g = 1.0f, momentum = 0.0f;
    const Step step = {1, 1.0};
    const gatun_range range = {0, 1, 0};
    const gatun_sgd_group with = goldens[0].group;
    CHECK_EQUAL(sgd_step(nullptr, &with, 1, &range, 1, 1, &w, &g, &momentum), GATUN_NULL_POINTER);
    CHECK_EQUAL(sgd_step(&step, nullptr, 1, &range, 1, 1, &w, &g, &momentum), GATUN_NULL_POINTER);
    CHECK_EQUAL(sgd_step(&step, &with, 1, nullptr, 1, 1, &w, &g, &momentum), GATUN_NULL_POINTER);
    CHECK_EQUAL(sgd_step(&step, &with, 1, &range, 1, 1, nullptr, &g, &momentum), GATUN_NULL_POINTER);
    CHECK_EQUAL(sgd_step(&step, &with, 1, &range, 1, 1, &w, nullptr, &momentum), GATUN_NULL_POINTER);
    CHECK_EQUAL(sgd_step(&step, &with, 1, &range, 1, 1, &w, &g, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(sgd_step(&step, &with, -1, &range, 1, 1, &w, &g, &momentum), GATUN_INVALID_SIZE);
    CHECK_EQUAL(sgd_step(&step, &with, 1, &range, -1, 1, &w, &g, &momentum), GATUN_INVALID_SIZE);
    CHECK_EQUAL(sgd_step(&step, &with, 1, nullptr, 0, -1, &w, &g, &momentum), GATUN_INVALID_SIZE);
    CHECK_EQUAL(sgd_step(&step, nullptr, 0, nullptr, 0, 0, nullptr, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(w == 1.0f && momentum == 0.0f);
}
