// Proximal L1: after any rule that has it, the soft threshold, and exact zeros.
#include "buffers.h"
#include "check.h"
#include "optimizers.h"

static const double l1 = 0.5;

static Step step_at(int64_t t)
{
    Step step = {};
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
template <typename Group>
static void check_rule(const char *rule, Group group)
{
    const auto call = [number = gatun_find_rule(rule)](const Step *step, const Group *groups, int64_t group_count,
                                                       const gatun_range *ranges, int64_t range_count,
                                                       int64_t elements, const Slabs<float> &slabs) {
        return update(number, step, doubles(groups), group_count, ranges, range_count, elements, slabs.parameters,
                      slabs.gradients, slabs.states[0], slabs.states[1], slabs.states[2]);
    };
    group.learning_rate = 0.05;
    group.weight_decay = 0.01;
    Group proximal = group;
    proximal.l1 = l1;
    proximal.l1_method = 1;
    const float threshold = static_cast<float>(group.learning_rate * l1);
    for (const int64_t size : {int64_t{1}, int64_t{17}, int64_t{2050}, int64_t{40001}}) {
        for_every_setting([&] {
            const gatun_range ranges[] = {{0, size / 2, 0}, {size / 2 + 1, size, 0}};
            Memory expected(size), memory(size);
            int64_t zeros = 0;
            for (int64_t t = 1; t <= 3; ++t) {
                expected.g.fill(0.1f, static_cast<uint32_t>(t));
                memory.g.fill(0.1f, static_cast<uint32_t>(t));
                const Step step = step_at(t);
                CHECK_EQUAL(call(&step, &group, 1, ranges, 2, size, expected.slabs()), GATUN_SUCCESS);
                for (const gatun_range &range : ranges) {
                    for (int64_t i = range.begin; i < range.end; ++i) {
                        float &w = expected.w[i];
                        const float smaller = fabsf(w) - threshold;
                        w = smaller > 0.0f ? copysignf(smaller, w) : 0.0f;
                        zeros += w == 0.0f && i % 16 != 0 ? 1 : 0;
                    }
                }
                CHECK_EQUAL(call(&step, &proximal, 1, ranges, 2, size, memory.slabs()), GATUN_SUCCESS);
            }
            CHECK(memory.w.copy() == expected.w.copy());
            CHECK(memory.a.copy() == expected.a.copy() && memory.b.copy() == expected.b.copy());
            CHECK(size < 1000 || (zeros > size / 100 && zeros < 3 * size));
        });
    }
    // Domain.
    Memory memory(4);
    const gatun_range range = {0, 4, 0};
    const Step step = step_at(1);
    const std::vector<float> before = memory.w.copy();
    const auto status = [&](double its_l1, double method, double rate) {
        Group bad = proximal;
        bad.l1 = its_l1;
        bad.l1_method = method;
        bad.learning_rate = rate;
        return call(&step, &bad, 1, &range, 1, 4, memory.slabs());
    };
    CHECK_EQUAL(status(0.5, 2, 0.05), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status(0.5, -1, 0.05), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status(-0.5, 1, 0.05), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status(1e30, 1, 1e30), GATUN_INVALID_VALUE);
    CHECK(memory.w.copy() == before);
}

TEST(every_rule_is_followed_by_the_soft_threshold)
{
    check_rule("sgd", gatun_sgd_group{0, .9});
    check_rule("adam", gatun_adam_group{0, .9, .999, 1e-8});
    check_rule("adam", gatun_adam_group{0, .9, .999, 1e-8, 0, 0, 0, 1});     // decoupled
    check_rule("adam", gatun_adam_group{0, .9, .999, 1e-8, 0, 0, 0, 0, 1});  // AMSGrad
    check_rule("adagrad", gatun_adagrad_group{0, 0, .1, 1e-10});
    check_rule("rmsprop", gatun_rmsprop_group{0, .99, 1e-8, 0, .9, 0, 0, 1});
    check_rule("adadelta", gatun_adadelta_group{0, .9, 1e-6});
    check_rule("adamax", gatun_adamax_group{0, .9, .999, 1e-8});
    check_rule("nadam", gatun_nadam_group{0, .9, .999, 1e-8, 0, 4e-3});
    check_rule("radam", gatun_radam_group{0, .9, .999, 1e-8});
    check_rule("lion", gatun_lion_group{0, .9, .99});
    check_rule("adabelief", gatun_adabelief_group{0, .9, .999, 1e-8});
}

TEST(outputs_are_of_the_thresholded_weights)
{
    const gatun_sgd_group group = {0.5, 0, 0, 0, 0.5, 1};
    float w[3] = {0.2f, -1.0f, NAN}, g[3] = {}, ema[3] = {};
    uint16_t shadow[3] = {};
    Step step = step_at(1);
    step.average = ema;
    step.average_first = 1;
    step.bf16_weights = shadow;
    const gatun_range range = {0, 3, 0};
    CHECK_EQUAL(sgd_step(&step, &group, 1, &range, 1, 3, w, g, nullptr), GATUN_SUCCESS);
    CHECK(w[0] == 0.0f && w[1] == -0.75f && isnan(w[2]));
    CHECK(ema[0] == 0.0f && ema[1] == -0.75f && shadow[0] == 0 && shadow[1] == 0xBF40);
}

// Least squares with an L1 penalty on an orthogonal design has a solution in closed form: the soft threshold of b.
TEST(descent_finds_the_sparse_solution)
{
    const int64_t size = 64;
    Memory memory(size);
    const gatun_sgd_group group = {0.1, 0, 0, 0, 0.25, 1};
    const gatun_range range = {0, size, 0};
    const auto target = [](int64_t i) { return static_cast<float>(noise(i, 3)); };
    for (int64_t t = 1; t <= 400; ++t) {
        for (int64_t i = 0; i < size; ++i) {
            memory.g[i] = memory.w[i] - target(i);
        }
        const Step step = step_at(t);
        CHECK_EQUAL(sgd_step(&step, &group, 1, &range, 1, size, memory.w.data(), memory.g.data(), nullptr),
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
