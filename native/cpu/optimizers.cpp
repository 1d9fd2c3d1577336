// One thread's run of a step of each optimizer.
#include "cpu/pass.h"

namespace gatun {
namespace GATUN_ISA {

void adabelief(const AdaBeliefRule::Constants<float> &c, const Run &run)
{
    update<AdaBeliefRule>(c, run, run.states[0], run.states[1]);
}

void adadelta(const AdadeltaRule::Constants<float> &c, const Run &run)
{
    update<AdadeltaRule>(c, run, run.states[0], run.states[1]);
}

void adagrad(const AdagradRule::Constants<float> &c, const Run &run)
{
    update<AdagradRule>(c, run, run.states[0]);
}

void adam(const AdamRule::Constants<float> &c, const Run &run)
{
    update<AdamRule>(c, run, run.states[0], run.states[1]);
}

void amsgrad(const AdamRule::Constants<float> &c, const Run &run)
{
    update<AdamRule>(c, run, run.states[0], run.states[1], run.states[2]);
}

void adamax(const AdamaxRule::Constants<float> &c, const Run &run)
{
    update<AdamaxRule>(c, run, run.states[0], run.states[1]);
}

void lion(const LionRule::Constants<float> &c, const Run &run)
{
    update<LionRule>(c, run, run.states[0]);
}

void nadam(const NAdamRule::Constants<float> &c, const Run &run)
{
    update<NAdamRule>(c, run, run.states[0], run.states[1]);
}

void radam(const RAdamRule::Constants<float> &c, const Run &run)
{
    update<RAdamRule>(c, run, run.states[0], run.states[1]);
}

void rmsprop(const RmspropRule::Constants<float> &c, const Run &run)
{
    if (c.centered && c.has_momentum) {
        update<RmspropRule>(c, run, run.states[0], run.states[1], run.states[2]);
    } else if (c.centered) {
        update<RmspropCenteredRule>(c, run, run.states[0], run.states[1]);
    } else if (c.has_momentum) {
        update<RmspropRule>(c, run, run.states[0], run.states[2]);
    } else {
        update<RmspropRule>(c, run, run.states[0]);
    }
}

void rprop(const RpropRule::Constants<float> &c, const Run &run)
{
    update<RpropRule>(c, run, run.states[0], run.states[1]);
}

void sgd(const SgdRule::Constants<float> &c, const Run &run)
{
    if (c.has_momentum) {
        update<SgdRule>(c, run, run.states[0]);
    } else {
        update<SgdRule>(c, run);
    }
}

void lamb(const LambRule::Constants<float> &c, const Run &run)
{
    update<LambRule>(c, run, run.states[0], run.states[1]);
}

void lamb_norms(const LambRule::Constants<float> &c, const Run &run, double sums[2])
{
    measure<LambRule>(c, run, sums, run.states[0], run.states[1]);
}

void lars(const LarsRule::Constants<float> &c, const Run &run)
{
    if (c.has_momentum) {
        update<LarsRule>(c, run, run.states[0]);
    } else {
        update<LarsRule>(c, run);
    }
}

void lars_norms(const LarsRule::Constants<float> &c, const Run &run, double sums[2])
{
    measure<LarsRule>(c, run, sums);
}

}  // namespace GATUN_ISA
}  // namespace gatun
