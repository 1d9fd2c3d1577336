#include <math.h>

#include <algorithm>
#include <vector>

#include "buffers.h"
#include "check.h"

namespace {

enum class Masking { none, causal, full, keys_only };

struct Sizes {
    int64_t batch;
    int64_t queries;
    int64_t keys;
    int64_t width;
    int64_t outputs;
};

// One of everything, primes, more than a block of queries and of keys, and enough for every thread; two parts of a
// pair for all threads, and three beside pairs that a thread has to itself, with a last block that is not whole.
const Sizes every_size[] = {{1, 1, 1, 1, 1},     {2, 3, 5, 7, 2},       {3, 67, 131, 17, 33},
                            {2, 130, 70, 64, 64}, {1, 256, 129, 20, 9}, {3, 401, 90, 8, 24}};

const gatun_random random_numbers = {5, 3};

struct Problem {
    gatun_attention shape;
    Buffer query, key, value, mask, dst, log_sums, diff_dst, diff_query, diff_key, diff_value;
    std::vector<int64_t> offsets;
    bool masked;

    Problem(const Sizes &s, Masking masking, double rate)
        : shape{s.batch, s.queries, s.keys, s.width, s.outputs, masking == Masking::full ? s.keys : 0, 1,
                1.0 / sqrt(static_cast<double>(s.width)), rate, masking == Masking::causal ? 1 : 0, 9},
          query(s.batch * s.queries * s.width), key(s.batch * s.keys * s.width), value(s.batch * s.keys * s.outputs),
          mask(masking == Masking::full ? s.batch * s.queries * s.keys : s.keys), dst(s.batch * s.queries * s.outputs),
          log_sums(s.batch * s.queries), diff_dst(dst.size()), diff_query(query.size()), diff_key(key.size()),
          diff_value(value.size()), masked(masking == Masking::full || masking == Masking::keys_only)
    {
        query.fill(3.0f, 1);
        key.fill(1.0f, 2);
        value.fill(1.0f, 3);
        mask.fill(2.0f, 4);
        diff_dst.fill(1.0f, 5);
        for (int64_t b = 0; b < s.batch; ++b) {
            offsets.push_back(masking == Masking::full ? b * s.queries * s.keys : 0);
        }
        if (masking == Masking::keys_only) {
            mask[s.keys - 1] = s.keys > 1 ? -INFINITY : 0.0f;
        }
    }

    void run()
    {
        for (Buffer *written : {&dst, &log_sums, &diff_query, &diff_key, &diff_value}) {
            written->fill_constant(NAN);
        }
        const float *given = masked ? mask.data() : nullptr;
        int64_t bytes = 0;
        CHECK_EQUAL(gatun_attention_workspace(&shape, 0, &bytes), GATUN_SUCCESS);
        Buffer forward(bytes / 4);
        CHECK_EQUAL(gatun_attention_forward(&shape, query.data(), key.data(), value.data(), given, offsets.data(),
                                            &random_numbers, dst.data(), log_sums.data(), forward.data(), bytes),
                    GATUN_SUCCESS);
        CHECK_EQUAL(gatun_attention_workspace(&shape, 1, &bytes), GATUN_SUCCESS);
        Buffer backward(bytes / 4);
        CHECK_EQUAL(gatun_attention_backward(&shape, query.data(), key.data(), value.data(), given, offsets.data(),
                                             &random_numbers, dst.data(), log_sums.data(), diff_dst.data(),
                                             diff_query.data(), diff_key.data(), diff_value.data(), backward.data(),
                                             bytes),
                    GATUN_SUCCESS);
    }

    // What dropout makes of ones.
    std::vector<float> factors()
    {
        Buffer ones(shape.batch * shape.queries * shape.keys);
        ones.fill_constant(1.0f);
        CHECK_EQUAL(gatun_dropout(ones.size(), ones.data(), ones.data(), shape.rate, &random_numbers, shape.stream),
                    GATUN_SUCCESS);
        return ones.copy();
    }

    // The same in plain loops and in double.
    void compare(double error)
    {
        const gatun_attention &a = shape;
        const std::vector<float> factor = factors();
        std::vector<double> dq(query.size()), dk(key.size()), dv(value.size());
        for (int64_t at = 0; at < a.batch * a.queries; ++at) {
            const int64_t b = at / a.queries, i = at % a.queries;
            std::vector<double> weights(a.keys), diff(a.keys), result(a.outputs);
            double largest = -INFINITY, sum = 0.0, row = 0.0;
            for (int64_t j = 0; j < a.keys; ++j) {
                for (int64_t c = 0; c < a.width; ++c) {
                    weights[j] += static_cast<double>(query[at * a.width + c]) * key[(b * a.keys + j) * a.width + c];
                }
                weights[j] = weights[j] * a.scale + (masked ? mask[offsets[b] + i * a.mask_row + j] : 0.0f);
                weights[j] = a.causal != 0 && j > i ? -INFINITY : weights[j];
                largest = std::max(largest, weights[j]);
            }
            for (double &weight : weights) {
                weight = exp(weight - largest);
                sum += weight;
            }
            CHECK_NEAR(log_sums[at], largest + log(sum), error);
            for (int64_t j = 0; j < a.keys; ++j) {
                weights[j] /= sum;
                const double f = factor[at * a.keys + j];
                for (int64_t c = 0; c < a.outputs; ++c) {
                    const double v = value[(b * a.keys + j) * a.outputs + c];
                    result[c] += weights[j] * f * v;
                    diff[j] += f * v * diff_dst[at * a.outputs + c];
                    dv[(b * a.keys + j) * a.outputs + c] += weights[j] * f * diff_dst[at * a.outputs + c];
                }
                row += weights[j] * diff[j];
            }
            for (int64_t c = 0; c < a.outputs; ++c) {
                CHECK_NEAR(dst[at * a.outputs + c], result[c], error);
            }
            for (int64_t j = 0; j < a.keys; ++j) {
                const double score = weights[j] * (diff[j] - row) * a.scale;
                for (int64_t c = 0; c < a.width; ++c) {
                    dq[at * a.width + c] += score * key[(b * a.keys + j) * a.width + c];
                    dk[(b * a.keys + j) * a.width + c] += score * query[at * a.width + c];
                }
            }
        }
        near(diff_query, dq, error);
        near(diff_key, dk, error);
        near(diff_value, dv, error);
    }

    static void near(Buffer &actual, const std::vector<double> &expected, double error)
    {
        double worst = 0.0, largest = 1.0;
        for (int64_t i = 0; i < actual.size(); ++i) {
            const double distance = fabs(actual[i] - expected[i]);
            worst = distance > worst || isnan(distance) ? distance : worst;
            largest = std::max(largest, fabs(expected[i]));
        }
        CHECK_NEAR(worst, 0.0, error * largest);
    }
};

}  // namespace

TEST(attention_and_its_gradients_are_those_of_plain_loops)
{
    for (const Sizes &s : every_size) {
        for (const Masking masking : {Masking::none, Masking::causal, Masking::full, Masking::keys_only}) {
            for (const double rate : {0.0, 0.3}) {
                Problem problem(s, masking, rate);
                for_every_setting([&] {
                    problem.run();
                    problem.compare(1e-5);
                });
            }
        }
    }
}

TEST(threads_change_no_bit)
{
    for (const Sizes &size : {every_size[2], every_size[4], every_size[5], Sizes{1, 2200, 40, 16, 16}}) {
        Problem problem(size, Masking::causal, 0.25);
        std::vector<float> first;
        for (int32_t threads = 1; threads <= 4; ++threads) {
            CHECK_EQUAL(gatun_set_threads(threads), GATUN_SUCCESS);
            problem.run();
            std::vector<float> now = problem.dst.copy();
            for (Buffer *written : {&problem.log_sums, &problem.diff_query, &problem.diff_key, &problem.diff_value}) {
                const std::vector<float> more = written->copy();
                now.insert(now.end(), more.begin(), more.end());
            }
            first = threads == 1 ? now : first;
            CHECK(memcmp(first.data(), now.data(), now.size() * sizeof(float)) == 0);
        }
    }
}

// The memory after the threads' own is of the pairs that they share.
TEST(threads_share_what_is_left_over)
{
    const auto workspace = [](int64_t batch, int32_t threads) {
        gatun_attention shape{batch, 256, 64, 16, 16, 0, 0, 1.0, 0.0, 0, 0};
        int64_t bytes = 0;
        CHECK_EQUAL(gatun_set_threads(threads), GATUN_SUCCESS);
        CHECK_EQUAL(gatun_attention_workspace(&shape, 1, &bytes), GATUN_SUCCESS);
        return bytes;
    };
    const int64_t own = workspace(1, 1);
    CHECK_EQUAL(workspace(5, 1), own);
    CHECK_EQUAL(workspace(4, 2), 2 * own);
    CHECK(workspace(5, 2) > 2 * own);
    CHECK_EQUAL(workspace(2, 3) - 3 * own, 2 * (workspace(1, 3) - 3 * own));
}

TEST(a_query_that_sees_nothing_and_a_nan_give_nan)
{
    Problem problem({1, 3, 40, 8, 5}, Masking::full, 0.0);
    for (int64_t j = 0; j < 40; ++j) {
        problem.mask[40 + j] = -INFINITY;
    }
    problem.mask[80 + 39] = NAN;
    problem.run();
    for (int64_t c = 0; c < 5; ++c) {
        CHECK(isfinite(problem.dst[c]));
        CHECK(isnan(problem.dst[5 + c]));
        CHECK(isnan(problem.dst[10 + c]));
    }
}

TEST(what_does_not_fit_is_refused)
{
    Problem problem(every_size[1], Masking::none, 0.0);
    int64_t bytes = 0;
    gatun_attention wrong = problem.shape;
    wrong.keys = 0;
    CHECK_EQUAL(gatun_attention_workspace(&wrong, 0, &bytes), GATUN_INVALID_SIZE);
    wrong = problem.shape;
    wrong.rate = 1.0;
    CHECK_EQUAL(gatun_attention_workspace(&wrong, 0, &bytes), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_attention_workspace(nullptr, 0, &bytes), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_attention_workspace(&problem.shape, 0, &bytes), GATUN_SUCCESS);
    Buffer workspace(bytes / 4);
    const auto forward = [&](const gatun_attention &shape, const float *query, const gatun_random *random,
                             int64_t size) {
        return gatun_attention_forward(&shape, query, problem.key.data(), problem.value.data(), nullptr, nullptr,
                                       random, problem.dst.data(), problem.log_sums.data(), workspace.data(), size);
    };
    CHECK_EQUAL(forward(problem.shape, problem.query.data(), nullptr, bytes - 4), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(problem.shape, nullptr, nullptr, bytes), GATUN_NULL_POINTER);
    wrong = problem.shape;
    wrong.rate = 0.5;
    CHECK_EQUAL(forward(wrong, problem.query.data(), nullptr, bytes), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(problem.shape, problem.query.data(), nullptr, bytes), GATUN_SUCCESS);
}
