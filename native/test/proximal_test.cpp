// Proximal L1: after any rule that has it, the soft threshold, and exact zeros.
#include "buffers.h"
#include "check.h"
#include "optimizers.h"

static const double l1 = 0.5;

static gatun_step step_at(int64_t t)
{
    gatun_step step = {};
    step.step = t;
    step.gradient_scale = 1.0;
    return step;
}

// One optimizer's slabs.
struct Memory {
    explicit Memory(int64_t size) : w(size, 1), g(size, 1), a(size, 1), b(size, 1), c(size, 1)
    {
        w.fill(1.0f, 1);
        for (Buffer *state : {&a, &b, &c}) {
            state->fill_constant(0.0f);
        }
    }

    Slabs<float> slabs()
    {
        return {w.data(), g.data(), {a.data(), b.data(), c.data()}};
    }

    Buffer w, g, a, b, c;
};

// Without L1 and then the threshold by hand, against the fused step.
template <typename Rule, typename Function>
static void check_rule(Function function, typename Rule::Group group)
{
    group.learning_rate = 0.05;
    group.weight_decay = 0.01;
    typename Rule::Group proximal = group;
    proximal.l1 = l1;
    proximal.proximal = 1;
    const float threshold = static_cast<float>(group.learning_rate * l1);
    for (const int64_t size : {int64_t{1}, int64_t{17}, int64_t{2050}, int64_t{40001}}) {
        for_every_setting([&] {
            const gatun_range ranges[] = {{0, size / 2, 0}, {size / 2 + 1, size, 0}};
            Memory expected(size), memory(size);
            int64_t zeros = 0;
            for (int64_t t = 1; t <= 3; ++t) {
                expected.g.fill(0.1f, static_cast<uint32_t>(t));
                memory.g.fill(0.1f, static_cast<uint32_t>(t));
                const gatun_step step = step_at(t);
                CHECK_EQUAL(call(function, &step, &group, 1, ranges, 2, size, expected.slabs()), GATUN_SUCCESS);
                for (const gatun_range &range : ranges) {
                    for (int64_t i = range.begin; i < range.end; ++i) {
                        float &w = expected.w[i];
                        const float smaller = fabsf(w) - threshold;
                        w = smaller > 0.0f ? copysignf(smaller, w) : 0.0f;
                        zeros += w == 0.0f && i % 16 != 0 ? 1 : 0;
                    }
                }
                CHECK_EQUAL(call(function, &step, &proximal, 1, ranges, 2, size, memory.slabs()), GATUN_SUCCESS);
            }
            CHECK(memory.w.copy() == expected.w.copy());
            CHECK(memory.a.copy() == expected.a.copy() && memory.b.copy() == expected.b.copy());
            CHECK(size < 1000 || (zeros > size / 100 && zeros < 3 * size));
        });
    }
    // Domain.
    Memory memory(4);
    const gatun_range range = {0, 4, 0};
    const gatun_step step = step_at(1);
    const std::vector<float> before = memory.w.copy();
    const auto status = [&](double its_l1, int32_t flag, double rate) {
        typename Rule::Group bad = proximal;
        bad.l1 = its_l1;
        bad.proximal = flag;
        bad.learning_rate = rate;
        return call(function, &step, &bad, 1, &range, 1, 4, memory.slabs());
    };
    CHECK_EQUAL(status(0.5, 2, 0.05), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status(0.5, -1, 0.05), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status(-0.5, 1, 0.05), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status(1e30, 1, 1e30), GATUN_INVALID_VALUE);
    CHECK(memory.w.copy() == before);
}

TEST(every_rule_is_followed_by_the_soft_threshold)
{
    using namespace gatun;
    check_rule<SgdRule>(gatun_sgd_step, {0, .9});
    check_rule<AdamRule>(gatun_adam_step, {0, .9, .999, 1e-8});
    check_rule<AdamRule>(gatun_adam_step, {0, .9, .999, 1e-8, 0, 1});
    check_rule<AdamRule>(gatun_amsgrad_step, {0, .9, .999, 1e-8});
    check_rule<AdagradRule>(gatun_adagrad_step, {0, 0, .1, 1e-10});
    check_rule<RmspropRule>(gatun_rmsprop_step, {0, .99, 1e-8, 0, .9, 0, 1});
    check_rule<AdadeltaRule>(gatun_adadelta_step, {0, .9, 1e-6});
    check_rule<AdamaxRule>(gatun_adamax_step, {0, .9, .999, 1e-8});
    check_rule<NAdamRule>(gatun_nadam_step, {0, .9, .999, 1e-8, 0, 4e-3});
    check_rule<RAdamRule>(gatun_radam_step, {0, .9, .999, 1e-8});
    check_rule<LionRule>(gatun_lion_step, {0, .9, .99});
    check_rule<AdaBeliefRule>(gatun_adabelief_step, {0, .9, .999, 1e-8});
}

TEST(outputs_are_of_the_thresholded_weights)
{
    const gatun_sgd_group group = {0.5, 0, 0, 0, 0, 0, 0, 0, 0.5, 1, 0};
    float w[3] = {0.2f, -1.0f, NAN}, g[3] = {}, ema[3] = {};
    uint16_t shadow[3] = {};
    gatun_step step = step_at(1);
    step.ema = ema;
    step.ema_first = 1;
    step.shadow = shadow;
    const gatun_range range = {0, 3, 0};
    CHECK_EQUAL(gatun_sgd_step(&step, &group, 1, &range, 1, 3, w, g, nullptr), GATUN_SUCCESS);
    CHECK(w[0] == 0.0f && w[1] == -0.75f && isnan(w[2]));
    CHECK(ema[0] == 0.0f && ema[1] == -0.75f && shadow[0] == 0 && shadow[1] == 0xBF40);
}

// Least squares with an L1 penalty on an orthogonal design has a solution in closed form: the soft threshold of b.
TEST(descent_finds_the_sparse_solution)
{
    const int64_t size = 64;
    Memory memory(size);
    const gatun_sgd_group group = {0.1, 0, 0, 0, 0, 0, 0, 0, 0.25, 1, 0};
    const gatun_range range = {0, size, 0};
    const auto target = [](int64_t i) { return static_cast<float>(noise(i, 3)); };
    for (int64_t t = 1; t <= 400; ++t) {
        for (int64_t i = 0; i < size; ++i) {
            memory.g[i] = memory.w[i] - target(i);
        }
        const gatun_step step = step_at(t);
        CHECK_EQUAL(gatun_sgd_step(&step, &group, 1, &range, 1, size, memory.w.data(), memory.g.data(), nullptr),
                    GATUN_SUCCESS);
    }
    int64_t zeros = 0;
    for (int64_t i = 0; i < size; ++i) {
        const float smaller = fabsf(target(i)) - 0.25f;
        CHECK_NEAR(memory.w[i], smaller > 0.0f ? copysignf(smaller, target(i)) : 0.0f, 1e-5);
        CHECK(smaller > -1e-3f || memory.w[i] == 0.0f);
        zeros += memory.w[i] == 0.0f ? 1 : 0;
    }
    CHECK(zeros > size / 8 && zeros < size / 2);
}
