"""Footprints of small programs, by hand."""

from tfmling.tpu.hlo import parse
from tfmling.tpu.memory import Footprint, estimate_footprint

# x 4x8 (128 bytes), w 8x2 (64 bytes); two products of 4x2 (32 bytes each)
STRAIGHT = """HloModule step

ENTRY %main.9 (x.1: f32[4,8], w.2: f32[8,2]) -> (f32[8,2], f32[4,2]) {
  %x.1 = f32[4,8]{1,0} parameter(0), metadata={op_name="f(x)"}
  %w.2 = f32[8,2]{1,0} parameter(1)
  %dot.3 = f32[4,2]{1,0} dot(f32[4,8]{1,0} %x.1, f32[8,2]{1,0} %w.2), lhs_contracting_dims={1}, rhs_contracting_dims={0}
  %tanh.4 = f32[4,2]{1,0} tanh(f32[4,2]{1,0} %dot.3)
  %dot.5 = f32[4,2]{1,0} dot(f32[4,8]{1,0} %x.1, f32[8,2]{1,0} %w.2), lhs_contracting_dims={1}, rhs_contracting_dims={0}
  %add.6 = f32[4,2]{1,0} add(f32[4,2]{1,0} %tanh.4, f32[4,2]{1,0} %dot.5)
  %dot.7 = bf16[8,2]{1,0} dot(f32[4,8]{1,0} %x.1, f32[4,2]{1,0} %add.6), lhs_contracting_dims={0}, rhs_contracting_dims={0}
  %convert.8 = f32[8,2]{1,0} convert(bf16[8,2]{1,0} %dot.7)
  ROOT %tuple.9 = (f32[8,2]{1,0}, f32[4,2]{1,0}) tuple(f32[8,2]{1,0} %convert.8, f32[4,2]{1,0} %dot.5)
}
"""  # noqa: E501

# the loop carries a counter (4 bytes), a sum (64 bytes) and an unchanged weight (64 bytes); its
# body computes one product (64 bytes)
LOOP = """HloModule loop

%body.1 (t.1: (s32[], f32[4,4], f32[4,4])) -> (s32[], f32[4,4], f32[4,4]) {
  %t.1 = (s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) parameter(0)
  %n.2 = s32[] get-tuple-element((s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) %t.1), index=0
  %one.3 = s32[] constant(1)
  %next.4 = s32[] add(s32[] %n.2, s32[] %one.3)
  %sum.5 = f32[4,4]{1,0} get-tuple-element((s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) %t.1), index=1
  %w.6 = f32[4,4]{1,0} get-tuple-element((s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) %t.1), index=2
  %dot.7 = f32[4,4]{1,0} dot(f32[4,4]{1,0} %w.6, f32[4,4]{1,0} %w.6), lhs_contracting_dims={1}, rhs_contracting_dims={0}
  %add.8 = f32[4,4]{1,0} add(f32[4,4]{1,0} %sum.5, f32[4,4]{1,0} %dot.7)
  %same.9 = f32[4,4]{1,0} reshape(f32[4,4]{1,0} %w.6)
  ROOT %tuple.10 = (s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) tuple(s32[] %next.4, f32[4,4]{1,0} %add.8, f32[4,4]{1,0} %same.9)
}

%cond.2 (t.1: (s32[], f32[4,4], f32[4,4])) -> pred[] {
  %t.1 = (s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) parameter(0)
  %n.2 = s32[] get-tuple-element((s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) %t.1), index=0
  %three.3 = s32[] constant(3)
  ROOT %less.4 = pred[] compare(s32[] %n.2, s32[] %three.3), direction=LT
}

ENTRY %main.3 (w.1: f32[4,4]) -> f32[4,4] {
  %w.1 = f32[4,4]{1,0} parameter(0)
  %zero.2 = s32[] constant(0)
  %zeros.3 = f32[4,4]{1,0} broadcast(s32[] %zero.2), dimensions={}
  %tuple.4 = (s32[], f32[4,4]{1,0}, /*index=2*/f32[4,4]{1,0}) tuple(s32[] %zero.2, f32[4,4]{1,0} %zeros.3, f32[4,4]{1,0} %w.1)
  %while.5 = (s32[], f32[4,4]{1,0}, /*index=2*/f32[4,4]{1,0}) while((s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) %tuple.4), condition=%cond.2, body=%body.1
  ROOT %sum.6 = f32[4,4]{1,0} get-tuple-element((s32[], f32[4,4]{1,0}, f32[4,4]{1,0}) %while.5), index=1
}
"""  # noqa: E501


def test_program_without_loops():
    # besides the arguments: dot.3 and dot.5 until dot.7 reads both, dot.7 (8 x 2 x 2 bytes) and
    # dot.5 until the end: 32 + 32 + 32
    flops = 2 * (4 * 8 * 2) * 3
    assert estimate_footprint(parse(STRAIGHT)) == Footprint(9, flops, 192, 192 + 96)


def test_unread_result_is_freed():
    shorter = STRAIGHT.replace("tanh(f32[4,2]{1,0} %dot.3)", "tanh(f32[8,2]{1,0} %w.2)")
    # nothing reads dot.3, so it is freed immediately; the peak is dot.5 + dot.7
    assert estimate_footprint(parse(shorter)).peak_bytes == 192 + 64


def test_loop_holds_changed_values_and_the_peak_of_its_body():
    # the unchanged weight is the argument itself
    assert estimate_footprint(parse(LOOP)) == Footprint(20, 2 * 4 * 4 * 4, 64, 64 + (4 + 64) + 64)


def test_nested_tuples_are_one_element():
    row = (
        "ENTRY %m (a: f32[]) -> f32[] {\n  %a = ((f32[2,2]{1,0}, s64[]), pred[3]{0}) parameter(0)\n"
    )
    (instruction,) = parse(row).computations["m"]
    assert instruction.sizes == [16 + 8, 3]
