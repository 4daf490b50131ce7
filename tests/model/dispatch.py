"""Writes a Promela model of the dispatch and sync protocol to dispatch.pml; tests/model/run searches it.

Scope:   one task, two laboratories, at most one restore of each side; safety only, no liveness. Messages may be lost,
         repeated, reordered and delayed without end, because what was once said can be heard at any time, or never.
Size:    -DNREST=0 without restores of a node, -DCREST=0 without those of the coordinator.
Mutants: -DFENCE=0  a verdict counts under any grant
         -DINC=0    a node that was put back goes on in its stream, and numbers repeat
         -DGEN=0    a coordinator that was put back gives tokens of the generation before
         -DRECMODE=0  it gives before it has collected
         -DNEWEST=1 it collects the newest incarnation of a node only
         -DEARLYACK=1 it acknowledges while it collects
         -DREHYD=0  a node that was put back is not told what is held of it; needs -DERASE=1
         -DSEAL=0   a closed incarnation takes more events
Erasing: with -DERASE=1 what a node that was put back had said and does not hold any more cannot be heard any more,
         until it is told what is held of it. RECOVERY must then never wait for events that nobody holds.
"""
E=(1,2,4,5);S=(1,2,3)
h=r'''
/* v4: per-incarnation cursors with sealing; restored node must RESYNC (re-hydrate) before working; coordinator recovery mode + generation */
#ifndef FENCE
#define FENCE 1
#endif
#ifndef SEAL
#define SEAL 1
#endif
#ifndef REHYD
#define REHYD 1
#endif
#ifndef GEN
#define GEN 1
#endif
#ifndef CREST
#define CREST 1
#endif
#ifndef INC
#define INC 1
#endif
#ifndef NEWEST
#define NEWEST 0
#endif
#ifndef EARLYACK
#define EARLYACK 0
#endif
#ifndef ERASE
#define ERASE 0
#endif
#ifndef RECMODE
#define RECMODE 1
#endif
#define F 0
#define O 1
#define D 2
#define C 3
byte tst=F; byte epoch=0; byte owner=0; byte counted=0; byte cs[4]; bool rec[16];
byte btst; byte bepo; byte bown; byte bcnt; byte bcs[4]; bool brec[16]; bool chb; byte crest=0; byte mode=0;
byte inc[2]; byte ep[2]; bool jd[2]; byte seq[2]; byte sealed[2]; bool out[2]; byte oep[2]; bool nm[2];
byte bep[2]; bool bjd[2]; byte bseq[2]; bool bout[2]; byte boep[2]; bool hasb[2];
bool offer[16]; bool verd[128]; byte restores=0;
bool gone[8];  /* by laboratory and place of its first incarnation: its node does not hold this event any more */
bool gdone=false; byte gl=0; bool granted[8]; bool lossdeclared=false;
/* What RECOVERY waits for of the first incarnation, and whether anybody can still say it. */
#define OLD(l) (inc[l]==1 -> sealed[l] : seq[l])
#define HAS_OLD(l) ((NEWEST && inc[l]==1) || cs[(l)*2]>=OLD(l))
#define NOBODY_HOLDS(l) (mode==1 && !nm[l] && inc[l]==1 && !HAS_OLD(l) && gone[(l)*4+cs[(l)*2]+1])
inline grant(l){ epoch++; assert(!granted[epoch]); granted[epoch]=true; assert(!gdone); tst=O; owner=l; offer[l*8+epoch]=true }
inline rcv(l,ic,s,e){
 if :: (SEAL && ic==0 && inc[l]==1 && s>sealed[l]) -> skip        /* beyond seal: quarantine, never counted */
    :: s==cs[l*2+ic]+1 -> cs[l*2+ic]=s; rec[l*8+e]=true;
            if :: (tst==O && (!FENCE || (owner==l && epoch==e))) -> tst=D; counted++
               :: (mode==1 && e>epoch) -> epoch=e; owner=l; if :: tst==D -> skip :: else -> tst=D; counted=1 fi
               :: (tst!=O && mode==0 && !FENCE && tst!=C) -> tst=D; counted++
               :: else -> skip fi
    :: else -> skip
 fi; assert(counted<=1); assert(tst!=D || counted==1); assert(tst!=C || counted==0) }
active proctype Coord(){
end: do
 :: d_step{ tst==F && mode==0 && (crest==0 -> epoch<2 : epoch<5) -> grant(0) }
 :: d_step{ tst==F && mode==0 && (crest==0 -> epoch<2 : epoch<5) -> grant(1) }
 :: d_step{ tst==O && mode==0 && (crest==0 -> epoch<2 : epoch<5) -> tst=F }
 :: d_step{ (tst==O || tst==F) && mode==0 && !gdone -> tst=C }
 :: d_step{ CREST && !chb && crest==0 -> chb=true; btst=tst;bepo=epoch;bown=owner;bcnt=counted;bcs[0]=cs[0];bcs[1]=cs[1];bcs[2]=cs[2];bcs[3]=cs[3];
'''
for i in range(16): h+=f"brec[{i}]=rec[{i}];"
h+=r'''}
 :: d_step{ chb && crest==0 && tst!=C -> crest=1; tst=btst;epoch=bepo;owner=bown;counted=bcnt;cs[0]=bcs[0];cs[1]=bcs[1];cs[2]=bcs[2];cs[3]=bcs[3];
'''
for i in range(16): h+=f"rec[{i}]=brec[{i}];"
h+=r'''
   if :: (gdone && nm[gl]) -> gdone=false; lossdeclared=true :: else -> skip fi;   /* both copies lost without resync: unavoidable, must be declared */
   if :: RECMODE -> mode=1 :: else -> mode=0; if :: GEN -> epoch=3 :: else -> skip fi fi }
 :: d_step{ mode==1 && !nm[0] && !nm[1] && HAS_OLD(0) && HAS_OLD(1) && (inc[0]==0 || cs[1]>=seq[0]) && (inc[1]==0 || cs[3]>=seq[1])
     -> mode=0; if :: (tst==O) -> tst=F :: else -> skip fi; if :: GEN -> epoch=3 :: else -> skip fi }
'''
for l in range(2):
  for ic in range(2):
    for s in S:
      for e in E:
        held = f" && !gone[{l*4+s}]" if ic == 0 else ""
        h+=f" :: d_step{{ verd[{l*64+ic*32+s*8+e}]{held} -> rcv({l},{ic},{s},{e}) }}\n"
for l in range(2): h+=f" :: d_step{{ NOBODY_HOLDS({l}) -> assert(false) }}\n"
h+=" od }\nproctype Node(byte l){\nend: do\n"
for e in E: h+=f" :: d_step{{ !nm[l] && offer[l*8+{e}] && {e}>ep[l] -> ep[l]={e}; jd[l]=false }}\n"
h+=r'''
 :: d_step{ !nm[l] && ep[l]>0 && !jd[l] && !out[l] && seq[l]<3 -> jd[l]=true; seq[l]++; out[l]=true; oep[l]=ep[l] }
 :: d_step{ !nm[l] && out[l] && !verd[l*64+inc[l]*32+seq[l]*8+oep[l]] -> verd[l*64+inc[l]*32+seq[l]*8+oep[l]]=true }
 :: d_step{ !nm[l] && out[l] && (mode==0 || EARLYACK) && cs[l*2+inc[l]]>=seq[l] -> assert(rec[l*8+oep[l]]); out[l]=false; if :: (tst==D && owner==l && epoch==oep[l]) -> gdone=true; gl=l :: else -> skip fi }
 :: d_step{ NREST && !hasb[l] -> bep[l]=ep[l]; bjd[l]=jd[l]; bseq[l]=seq[l]; bout[l]=out[l]; boep[l]=oep[l]; hasb[l]=true }
 :: d_step{ hasb[l] && restores<1 -> restores++;
      if :: (gdone && gl==l && mode==1) -> gdone=false; lossdeclared=true :: else -> skip fi;  /* node lost while coordinator still recovering */
      nm[l]=(REHYD && INC); ep[l]=bep[l]; jd[l]=bjd[l]; out[l]=bout[l]; oep[l]=boep[l]; seq[l]=bseq[l];
      if :: ERASE && INC && bseq[l]<1 -> gone[l*4+1]=true :: else -> skip fi;
      if :: ERASE && INC && bseq[l]<2 -> gone[l*4+2]=true :: else -> skip fi;
      if :: ERASE && INC && bseq[l]<3 -> gone[l*4+3]=true :: else -> skip fi;
      if :: !REHYD && SEAL && INC -> inc[l]=1; sealed[l]=cs[l*2]; seq[l]=0; if :: out[l] -> seq[l]=1 :: else -> skip fi :: else -> skip fi }
 /* RESYNC: coordinator (not recovering) seals old incarnation at its cursor, issues new incarnation, returns everything it holds of this lab */
 :: d_step{ nm[l] && mode==0 -> nm[l]=0; inc[l]=1; sealed[l]=cs[l*2];
      if :: sealed[l]>=1 -> gone[l*4+1]=false :: else -> skip fi;
      if :: sealed[l]>=2 -> gone[l*4+2]=false :: else -> skip fi;
      if :: sealed[l]>=3 -> gone[l*4+3]=false :: else -> skip fi;
      if :: (out[l] && bseq[l]<=sealed[l]) -> out[l]=false :: else -> skip fi;
      if :: out[l] -> seq[l]=1 :: else -> seq[l]=0 fi;
'''
for e in E: h+=f" if :: (rec[l*8+{e}] && {e}>=ep[l]) -> ep[l]={e}; jd[l]=true :: else -> skip fi;"
h+=r'''}
 /* in recovery mode a restored node resyncs as plain HELLO with what it has */
 :: d_step{ nm[l] && mode==1 -> nm[l]=0; inc[l]=1; sealed[l]=(bseq[l]>cs[l*2] -> bseq[l] : cs[l*2]); out[l]=false; seq[l]=0;
'''
for e in E: h+=f" if :: (rec[l*8+{e}] && {e}>=ep[l]) -> ep[l]={e}; jd[l]=true :: else -> skip fi;"
h+=r''' if :: (bout[l] && !rec[l*8+oep[l]] ) -> sealed[l]=(bseq[l]-1>cs[l*2] -> bseq[l]-1 : cs[l*2]); out[l]=true; seq[l]=1 :: else -> skip fi }
 od }
init{ atomic{ run Node(0); run Node(1) } }
'''
open('dispatch.pml', 'w').write(h)
