;; fuel, wicked: makes up anchored patterns of 490 optional letters, for which a one-pass form takes half a second
(module
  (import "assay" "call" (func $call (param i32 i32 i32) (result i64)))
  (memory (export "memory") 16)
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"licence\",\"type\":\"Quality\"}]}")
  ;; 2048 a finding with code "wicked"
  (data (i32.const 2048) "\0c\00\00\00\01\01\06\00\00\00wicked")
  ;; 3072 the answer of assay_configure
  (data (i32.const 3072) "\00\00\00\00\00\00\00\00")
  (global $heap (mut i32) (i32.const 8192))
  (data (i32.const 65536) "^\c4\80?\c4\82?\c4\84?\c4\86?\c4\88?\c4\8a?\c4\8c?\c4\8e?\c4\90?\c4\92?\c4\94?\c4\96?\c4\98?\c4\9a?\c4\9c?\c4\9e?\c4\a0?\c4\a2?\c4\a4?\c4\a6?\c4\a8?\c4\aa?\c4\ac?\c4\ae?\c4\b0?\c4\b2?\c4\b4?\c4\b6?\c4\b8?\c4\ba?\c4\bc?\c4\be?\c5\80?\c5\82?\c5\84?\c5\86?\c5\88?\c5\8a?\c5\8c?\c5\8e?\c5\90?\c5\92?\c5\94?\c5\96?\c5\98?\c5\9a?\c5\9c?\c5\9e?\c5\a0?\c5\a2?\c5\a4?\c5\a6?\c5\a8?\c5\aa?\c5\ac?\c5\ae?\c5\b0?\c5\b2?\c5\b4?\c5\b6?\c5\b8?\c5\ba?\c5\bc?\c5\be?\c6\80?\c6\82?\c6\84?\c6\86?\c6\88?\c6\8a?\c6\8c?\c6\8e?\c6\90?\c6\92?\c6\94?\c6\96?\c6\98?\c6\9a?\c6\9c?\c6\9e?\c6\a0?\c6\a2?\c6\a4?\c6\a6?\c6\a8?\c6\aa?\c6\ac?\c6\ae?\c6\b0?\c6\b2?\c6\b4?\c6\b6?\c6\b8?\c6\ba?\c6\bc?\c6\be?\c7\80?\c7\82?\c7\84?\c7\86?\c7\88?\c7\8a?\c7\8c?\c7\8e?\c7\90?\c7\92?\c7\94?\c7\96?\c7\98?\c7\9a?\c7\9c?\c7\9e?\c7\a0?\c7\a2?\c7\a4?\c7\a6?\c7\a8?\c7\aa?\c7\ac?\c7\ae?\c7\b0?\c7\b2?\c7\b4?\c7\b6?\c7\b8?\c7\ba?\c7\bc?\c7\be?\c8\80?\c8\82?\c8\84?\c8\86?\c8\88?\c8\8a?\c8\8c?\c8\8e?\c8\90?\c8\92?\c8\94?\c8\96?\c8\98?\c8\9a?\c8\9c?\c8\9e?\c8\a0?\c8\a2?\c8\a4?\c8\a6?\c8\a8?\c8\aa?\c8\ac?\c8\ae?\c8\b0?\c8\b2?\c8\b4?\c8\b6?\c8\b8?\c8\ba?\c8\bc?\c8\be?\c9\80?\c9\82?\c9\84?\c9\86?\c9\88?\c9\8a?\c9\8c?\c9\8e?\c9\90?\c9\92?\c9\94?\c9\96?\c9\98?\c9\9a?\c9\9c?\c9\9e?\c9\a0?\c9\a2?\c9\a4?\c9\a6?\c9\a8?\c9\aa?\c9\ac?\c9\ae?\c9\b0?\c9\b2?\c9\b4?\c9\b6?\c9\b8?\c9\ba?\c9\bc?\c9\be?\ca\80?\ca\82?\ca\84?\ca\86?\ca\88?\ca\8a?\ca\8c?\ca\8e?\ca\90?\ca\92?\ca\94?\ca\96?\ca\98?\ca\9a?\ca\9c?\ca\9e?\ca\a0?\ca\a2?\ca\a4?\ca\a6?\ca\a8?\ca\aa?\ca\ac?\ca\ae?\ca\b0?\ca\b2?\ca\b4?\ca\b6?\ca\b8?\ca\ba?\ca\bc?\ca\be?\cb\80?\cb\82?\cb\84?\cb\86?\cb\88?\cb\8a?\cb\8c?\cb\8e?\cb\90?\cb\92?\cb\94?\cb\96?\cb\98?\cb\9a?\cb\9c?\cb\9e?\cb\a0?\cb\a2?\cb\a4?\cb\a6?\cb\a8?\cb\aa?\cb\ac?\cb\ae?\cb\b0?\cb\b2?\cb\b4?\cb\b6?\cb\b8?\cb\ba?\cb\bc?\cb\be?\cc\80?\cc\82?\cc\84?\cc\86?\cc\88?\cc\8a?\cc\8c?\cc\8e?\cc\90?\cc\92?\cc\94?\cc\96?\cc\98?\cc\9a?\cc\9c?\cc\9e?\cc\a0?\cc\a2?\cc\a4?\cc\a6?\cc\a8?\cc\aa?\cc\ac?\cc\ae?\cc\b0?\cc\b2?\cc\b4?\cc\b6?\cc\b8?\cc\ba?\cc\bc?\cc\be?\cd\80?\cd\82?\cd\84?\cd\86?\cd\88?\cd\8a?\cd\8c?\cd\8e?\cd\90?\cd\92?\cd\94?\cd\96?\cd\98?\cd\9a?\cd\9c?\cd\9e?\cd\a0?\cd\a2?\cd\a4?\cd\a6?\cd\a8?\cd\aa?\cd\ac?\cd\ae?\cd\b0?\cd\b2?\cd\b4?\cd\b6?\cd\b8?\cd\ba?\cd\bc?\cd\be?\ce\80?\ce\82?\ce\84?\ce\86?\ce\88?\ce\8a?\ce\8c?\ce\8e?\ce\90?\ce\92?\ce\94?\ce\96?\ce\98?\ce\9a?\ce\9c?\ce\9e?\ce\a0?\ce\a2?\ce\a4?\ce\a6?\ce\a8?\ce\aa?\ce\ac?\ce\ae?\ce\b0?\ce\b2?\ce\b4?\ce\b6?\ce\b8?\ce\ba?\ce\bc?\ce\be?\cf\80?\cf\82?\cf\84?\cf\86?\cf\88?\cf\8a?\cf\8c?\cf\8e?\cf\90?\cf\92?\cf\94?\cf\96?\cf\98?\cf\9a?\cf\9c?\cf\9e?\cf\a0?\cf\a2?\cf\a4?\cf\a6?\cf\a8?\cf\aa?\cf\ac?\cf\ae?\cf\b0?\cf\b2?\cf\b4?\cf\b6?\cf\b8?\cf\ba?\cf\bc?\cf\be?\d0\80?\d0\82?\d0\84?\d0\86?\d0\88?\d0\8a?\d0\8c?\d0\8e?\d0\90?\d0\92?\d0\94?\d0\96?\d0\98?\d0\9a?\d0\9c?\d0\9e?\d0\a0?\d0\a2?\d0\a4?\d0\a6?\d0\a8?\d0\aa?\d0\ac?\d0\ae?\d0\b0?\d0\b2?\d0\b4?\d0\b6?\d0\b8?\d0\ba?\d0\bc?\d0\be?\d1\80?\d1\82?\d1\84?\d1\86?\d1\88?\d1\8a?\d1\8c?\d1\8e?\d1\90?\d1\92?\d1\94?\d1\96?\d1\98?\d1\9a?\d1\9c?\d1\9e?\d1\a0?\d1\a2?\d1\a4?\d1\a6?\d1\a8?\d1\aa?\d1\ac?\d1\ae?\d1\b0?\d1\b2?\d1\b4?\d1\b6?\d1\b8?\d1\ba?\d1\bc?\d1\be?\d2\80?\d2\82?\d2\84?\d2\86?\d2\88?\d2\8a?\d2\8c?\d2\8e?\d2\90?\d2\92?\d2\94?\d2\96?\d2\98?\d2\9a?\d2\9c?\d2\9e?\d2\a0?\d2\a2?\d2\a4?\d2\a6?\d2\a8?\d2\aa?\d2\ac?\d2\ae?\d2\b0?\d2\b2?\d2\b4?\d2\b6?\d2\b8?\d2\ba?\d2\bc?\d2\be?\d3\80?\d3\82?\d3\84?\d3\86?\d3\88?\d3\8a?\d3\8c?\d3\8e?\d3\90?\d3\92?AAAA")
  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_describe") (result i64) (i64.const 0x40000000038))
  (func (export "assay_alloc") (param $size i32) (result i32)
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (i32.sub (global.get $heap) (local.get $size)))
  (func (export "assay_configure") (param i32 i32 i32) (result i64)
    (i64.const 0xc0000000008))
  (func (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (local $n i32)
    (if (i32.eq (i32.load8_u offset=56 (local.get $ptr)) (i32.const 2)) (then
      (i32.store (i32.const 4096) (i32.const 65536))
      (i32.store (i32.const 4100) (i32.const 1475))
      (loop $again
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (i32.store (i32.const 67007) (i32.or (i32.and (local.get $n) (i32.const 0x0f0f0f0f)) (i32.const 0x40404040)))
        (drop (call $call (i32.const 2) (i32.const 4096) (i32.const 16)))
        (br $again))))
    (i64.const 0x80000000010))
)
